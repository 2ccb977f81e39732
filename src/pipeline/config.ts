import { readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { homedir } from 'node:os'
import type { LinkType } from './cache/object-cache.ts'
import { defaultUnpackStyle, type UnpackStyle } from './definition/template.ts'

/** DVC's configuration of a repository: sections of keys, all lower case. */
export type Config = ReadonlyMap<string, ReadonlyMap<string, string>>

export interface RemoteConfig {
  readonly name: string
  readonly url: string
}

/** Reads `.dvc/config` and, over it, `.dvc/config.local`. */
export function readConfig(root: string): Config {
  const config = new Map<string, Map<string, string>>()
  for (const name of ['config', 'config.local']) {
    for (const [section, keys] of readConfigFile(join(root, '.dvc', name)))
      config.set(section, new Map([...(config.get(section) ?? []), ...keys]))
  }
  return config
}

/** Reads one file of configuration; nothing where there is none. */
export function readConfigFile(file: string): Config {
  const config = new Map<string, Map<string, string>>()
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return config
  }
  let section = ''
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    // DVC writes ['remote "name"'], and reads [remote "name"] too
    const heading = /^\[\s*'?\s*([^\]']+?)\s*'?\s*\]$/.exec(line)
    if (heading?.[1] !== undefined) {
      section = heading[1].toLowerCase().startsWith('remote ')
        ? heading[1]
        : heading[1].toLowerCase()
      continue
    }
    const equals = line.indexOf('=')
    if (equals === -1) continue
    const keys = config.get(section) ?? new Map<string, string>()
    config.set(section, keys)
    const value = line.slice(equals + 1).trim()
    keys.set(line.slice(0, equals).trim().toLowerCase(), value.replace(/^(["'])(.*)\1$/, '$2'))
  }
  return config
}

export function cacheFolder(root: string, config: Config): string {
  const folder = config.get('cache')?.get('dir')
  return folder === undefined ? join(root, '.dvc', 'cache') : place(root, folder)
}

export function linkTypes(config: Config): readonly LinkType[] {
  const known: readonly LinkType[] = ['reflink', 'hardlink', 'symlink', 'copy']
  const asked = (config.get('cache')?.get('type') ?? '').split(',').map((word) => word.trim())
  const types =
    known.length > 0 ? asked.flatMap((word) => known.filter((type) => type === word)) : []
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
export function remotesOf(
  root: string,
  config: Config,
): { remotes: readonly RemoteConfig[]; core?: string } {
  const remotes: RemoteConfig[] = []
  for (const [section, keys] of config) {
    const name = /^remote\s+"(.+)"$/i.exec(section)?.[1]
    const url = keys.get('url')
    if (name !== undefined && url !== undefined) {
      remotes.push({ name, url: /^[a-z][a-z0-9+.-]+:\/\//i.test(url) ? url : place(root, url) })
    }
  }
  const core = config.get('core')?.get('remote')
  return { remotes, ...(core === undefined ? {} : { core }) }
}

/** A path of the configuration: relative ones start at the folder that the file is in. */
function place(root: string, path: string): string {
  if (path.startsWith('~/')) return join(homedir(), path.slice(2))
  return isAbsolute(path) ? path : resolve(root, '.dvc', path)
}
