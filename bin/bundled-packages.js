// Any Node from 18 on can read this file.
import { existsSync, readFileSync } from 'node:fs'
import module from 'node:module'

const root = new URL('../', import.meta.url)

export const packagesOfManyFiles = ['kysely', 'typebox']

const partsOfThem = ['typebox/schema']

/** What we import of them. */
export const manyFiles = [...packagesOfManyFiles, ...partsOfThem]

/** Where each of these is one file, once built. Versions and parts are in its name, so that none is taken for another. */
export function bundleFolder() {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  const versions = packagesOfManyFiles.map((name) => `${name}@${dependencies[name]}`)
  const parts = partsOfThem.map((name) => name.replaceAll('/', '.'))
  return new URL(`dist/bundled/${[...versions, ...parts].join('+')}/`, root)
}

export function isWhole(folder) {
  return manyFiles.every((name) => existsSync(new URL(`${name}.js`, folder)))
}

/**
 * Has our own code load these packages as one file each, where they were built: Node takes half a millisecond for every file, and
 * they are 490, which took half of the time of most commands. What a script of the user's imports is its own.
 */
export function useBundledPackages() {
  const folder = bundleFolder()
  if (!isWhole(folder)) return
  const files = new Map(manyFiles.map((name) => [name, new URL(`${name}.js`, folder).href]))
  const own = ['src/', 'dist/'].map((name) => new URL(name, root).href)
  module.registerHooks({
    resolve(specifier, context, next) {
      const url = files.get(specifier)
      const isOurs = url !== undefined && own.some((each) => context.parentURL?.startsWith(each))
      return isOurs ? { url, format: 'module', shortCircuit: true } : next(specifier, context)
    },
  })
}
