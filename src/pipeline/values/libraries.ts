import { createRequire } from 'node:module'
import type * as toml from 'smol-toml'
import type * as yaml from 'yaml'

const load = createRequire(import.meta.url)

/** The YAML library, for files that the plain reader does not take and for edits: 84 files, which most commands have no use for. */
export function yamlLibrary(): typeof yaml {
  return load('yaml') as typeof yaml
}

/** The TOML library, for params files in TOML. */
export function tomlLibrary(): typeof toml {
  return load('smol-toml') as typeof toml
}
