import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { basename, relative } from 'node:path/posix'
import { TidemillError } from '#contract/error'
import { openRepository, findRepository } from '../repository.ts'
import { compareText } from '../values/python-text.ts'
import { isExternal, openSource } from './external-source.ts'
import { inScratch } from './get-data.ts'

export interface ListedUrl {
  readonly path: string
  readonly isdir: boolean
  readonly size?: number
}

/** What lies at an address, or in a folder of this machine. Errors: `not_found`, those of remotes. */
export async function listUrl(
  url: string,
  options: {
    readonly recursive?: boolean
    readonly sizes?: boolean
    readonly settings?: ReadonlyMap<string, string>
  } = {},
): Promise<readonly ListedUrl[]> {
  const found = isExternal(url) ? await listPlace(url, options) : listFolder(resolve(url), options)
  if (found.length === 0 && !(existsSync(url) && statSync(url).isDirectory()))
    throw new TidemillError('not_found', { kind: 'file or folder at', name: url })
  return found.toSorted((a, b) => compareText(a.path, b.path))
}

function listFolder(folder: string, { recursive }: { readonly recursive?: boolean }): ListedUrl[] {
  const own = statSync(folder, { throwIfNoEntry: false })
  if (!own?.isDirectory())
    return own ? [{ path: basename(folder), isdir: false, size: own.size }] : []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && recursive) {
      const below = listFolder(path, { recursive })
      return below.map((each) => ({ ...each, path: `${entry.name}/${each.path}` }))
    }
    if (entry.isDirectory()) return [{ path: entry.name, isdir: true }]
    const size = statSync(path, { throwIfNoEntry: false })?.size
    return [{ path: entry.name, isdir: false, ...(size === undefined ? {} : { size }) }]
  })
}

function listPlace(
  url: string,
  options: {
    readonly recursive?: boolean
    readonly sizes?: boolean
    readonly settings?: ReadonlyMap<string, string>
  },
): Promise<ListedUrl[]> {
  return inScratch(async (made) => {
    const own = findRepository('.')
    const repository = own === undefined ? made : openRepository(own)
    const { remote, path } = openSource(repository, url, options.settings)
    try {
      const file = await remote.stat(path)
      if (file) return [{ path: basename(path), isdir: false, size: file.size }]
      const found = new Map<string, ListedUrl>()
      for await (const each of remote.list(path)) {
        const inside = relative(path, each)
        const [name = '', ...rest] = inside.split('/')
        if (rest.length > 0 && !options.recursive) found.set(name, { path: name, isdir: true })
        else {
          const size = options.sizes ? (await remote.stat(each))?.size : undefined
          found.set(inside, {
            path: inside,
            isdir: false,
            ...(size === undefined ? {} : { size }),
          })
        }
      }
      return [...found.values()]
    } finally {
      await remote.close()
    }
  })
}
