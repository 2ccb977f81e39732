import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { homedir } from 'node:os'
import { TidemillError } from '#contract/error'
import type { LinkType } from './cache/place-file.ts'
import { parseConfig, type Config } from './config-file.ts'
import { defaultUnpackStyle, type UnpackStyle } from './definition/template.ts'

export interface RemoteConfig {
  readonly name: string
  readonly url: string
  /** What else is set of it, in DVC's names; paths of files are absolute. */
  readonly options: ReadonlyMap<string, string>
}

/** Where a setting is written: the repository's file, the one that Git does not see, or the user's. */
export type ConfigLevel = 'project' | 'local' | 'global' | 'system'

/** The ones that weigh less first. */
export const configLevels: readonly ConfigLevel[] = ['system', 'global', 'project', 'local']

export function configFile(root: string, level: ConfigLevel): string {
  if (level === 'project') return join(root, '.dvc', 'config')
  if (level === 'local') return join(root, '.dvc', 'config.local')
  const { DVC_GLOBAL_CONFIG_DIR, DVC_SYSTEM_CONFIG_DIR, XDG_CONFIG_HOME } = process.env
  if (level === 'system') return join(DVC_SYSTEM_CONFIG_DIR ?? '/etc/xdg/dvc', 'config')
  const home = XDG_CONFIG_HOME ?? join(homedir(), '.config')
  return join(DVC_GLOBAL_CONFIG_DIR ?? join(home, 'dvc'), 'config')
}

/** Reads the machine's settings, over them the user's, the repository's and those that Git does not see, as DVC does. */
export function readConfig(root: string): Config {
  const config = new Map<string, Map<string, string>>()
  for (const level of configLevels) {
    const file = configFile(root, level)
    for (const [section, keys] of readConfigFile(file)) {
      const placed = [...keys].map(
        ([key, value]) =>
          [key, isPath(section, key) ? place(dirname(file), value) : value] as const,
      )
      config.set(section, new Map([...(config.get(section) ?? []), ...placed]))
    }
  }
  return config
}

const pathOptions = new Set(['url', 'keyfile', 'credentialpath', 'configpath'])

function isPath(section: string, key: string): boolean {
  return section === 'cache' ? key === 'dir' : section.startsWith('remote ') && pathOptions.has(key)
}

/** Reads one file of configuration; nothing where there is none. `anySetting` takes what is no setting too. Errors: `pipeline_invalid`. */
export function readConfigFile(
  file: string,
  options: { readonly anySetting?: boolean } = {},
): Config {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return new Map()
  }
  return parseConfig(text, file, options)
}

export function cacheFolder(root: string, config: Config): string {
  const folder = config.get('cache')?.get('dir')
  return folder ?? join(root, '.dvc', 'cache')
}

export function linkTypes(config: Config): readonly LinkType[] {
  const known: readonly LinkType[] = ['reflink', 'hardlink', 'symlink', 'copy']
  const asked = (config.get('cache')?.get('type') ?? '').split(',').map((word) => word.trim())
  const types = asked.flatMap((word) => known.filter((type) => type === word))
  const odd = asked.find((word) => word !== '' && !known.some((type) => type === word))
  if (odd !== undefined) {
    throw new TidemillError('bad_request', {
      problem: `cache.type in the configuration names ${odd}; it takes ${known.join(', ')}.`,
    })
  }
  return types.length === 0 ? ['reflink', 'copy'] : types
}

export function unpackStyle(config: Config): UnpackStyle {
  const parsing = config.get('parsing')
  return {
    bool:
      parsing?.get('bool') === 'boolean_optional' ? 'boolean_optional' : defaultUnpackStyle.bool,
    list: parsing?.get('list') === 'append' ? 'append' : defaultUnpackStyle.list,
  }
}

/** The remotes by name, and which is used when none is named. */
export function remotesOf(config: Config): { remotes: readonly RemoteConfig[]; core?: string } {
  const remotes: RemoteConfig[] = []
  for (const [section, keys] of config) {
    const name = /^remote\s+"(.+)"$/i.exec(section)?.[1]
    const url = keys.get('url')
    if (name !== undefined && url !== undefined) {
      const options = new Map([...keys].filter(([key]) => key !== 'url'))
      remotes.push({ name, url, options })
    }
  }
  const core = config.get('core')?.get('remote')
  return { remotes, ...(core === undefined ? {} : { core }) }
}

/** A path of the configuration: relative ones start at the folder that the file is in. */
function place(folder: string, path: string): string {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return path
  if (path.startsWith('~/')) return join(homedir(), path.slice(2))
  return isAbsolute(path) ? path : resolve(folder, path)
}
