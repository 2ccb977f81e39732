import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)

/** The YAML library, for files that the plain reader does not take and for edits: 84 files, which most commands have no use for. */
export function yamlLibrary(): typeof import('yaml') {
  return load('yaml') as typeof import('yaml')
}

/** The TOML library, for params files in TOML. */
export function tomlLibrary(): typeof import('smol-toml') {
  return load('smol-toml') as typeof import('smol-toml')
}
