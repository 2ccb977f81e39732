import { chmodSync, mkdirSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { TidemillError } from '#contract/error'
import {
  configFile,
  configLevels,
  readConfig,
  readConfigFile,
  remotesOf,
  type ConfigLevel,
  type RemoteConfig,
} from './config.ts'
import { parseConfig } from './config-file.ts'
import { settingProblem } from './config-keys.ts'
import { replaceFile } from './lock-store.ts'
import { readText } from './repository.ts'

export interface ConfigEntry {
  /** `core.remote`, `remote.NAME.url`. */
  readonly name: string
  readonly value: string
  readonly level: ConfigLevel
  readonly file: string
}

/** Every setting, the ones that weigh less first. */
export function configEntries(root: string, only?: ConfigLevel): readonly ConfigEntry[] {
  return (only ? [only] : configLevels).flatMap((level) =>
    [...readConfigFile(configFile(root, level))].flatMap(([section, keys]) =>
      [...keys].map(([key, value]) => ({
        name: `${dotted(section)}.${key}`,
        value,
        level,
        file: configFile(root, level),
      })),
    ),
  )
}

/** Sets a setting, or with `undefined` removes it. Errors: `bad_request` for a name that is none. */
export function setConfig(
  root: string,
  name: string,
  value: string | undefined,
  level: ConfigLevel = 'project',
): void {
  const { section, key } = placeOf(name)
  const file = configFile(root, level)
  const before = readText(file) ?? ''
  // what should not be there can be taken away, too
  const settings = readConfigFile(file, { anySetting: value === undefined }).get(section)
  const present = settings?.get(key)
  if (value === undefined && present === undefined) {
    throw new TidemillError('not_found', { kind: `setting in ${file} named`, name })
  }
  const url = key === 'url' ? value : settings?.get('url')
  const problem = value === undefined ? undefined : settingProblem(section, key, url)
  if (problem !== undefined) throw new TidemillError('bad_request', { problem })
  const after = withSetting(before, section, key, value)
  // what cannot be read again is refused before it is written
  if (value !== undefined) parseConfig(after, file)
  mkdirSync(dirname(file), { recursive: true })
  replaceFile(file, after)
  // it may hold secrets
  if (level === 'local') chmodSync(file, 0o600)
}

/** Says where the cache is, or with `undefined` that it is in `.dvc/cache`; kept relative to the file that says it. */
export function setCacheFolder(
  root: string,
  folder: string | undefined,
  level: ConfigLevel = 'project',
  from = root,
): void {
  const stored = folder === undefined ? undefined : storedUrl(root, folder, from, level)
  setConfig(root, 'cache.dir', stored, level)
}

/** Adds a remote. A folder is kept relative to the file that names it. Errors: `already_exists`. */
export function addRemote(
  root: string,
  name: string,
  url: string,
  options: {
    readonly level?: ConfigLevel
    readonly asDefault?: boolean
    readonly force?: boolean
    /** The folder that a relative path starts at. */
    readonly from: string
  },
): void {
  const level = options.level ?? 'project'
  if (!options.force && remotesAt(root, level).some((remote) => remote.name === name)) {
    throw new TidemillError('already_exists', { kind: 'remote', name })
  }
  setConfig(root, `remote.${name}.url`, storedUrl(root, url, options.from, level), level)
  if (options.asDefault) setConfig(root, 'core.remote', name, level)
}

const secrets = new Set([
  'password',
  'access_key_id',
  'secret_access_key',
  'session_token',
  'account_key',
  'sas_token',
  'connection_string',
  'client_secret',
])

/** Where a setting of a remote goes unless a level is given: a secret where Git does not see it. */
export function levelFor(option: string): ConfigLevel {
  return secrets.has(option) ? 'local' : 'project'
}

/** Changes a setting of a remote, or with `undefined` removes it. Errors: `not_found`. */
export function modifyRemote(
  root: string,
  name: string,
  option: string,
  value: string | undefined,
  level: ConfigLevel = levelFor(option),
  from = root,
): void {
  requireRemote(root, name)
  const stored =
    option === 'url' && value !== undefined ? storedUrl(root, value, from, level) : value
  setConfig(root, `remote.${name}.${option}`, stored, level)
}

/** Removes a remote, and its being the default. Errors: `not_found`. */
export function removeRemote(root: string, name: string, level: ConfigLevel = 'project'): void {
  if (!remotesAt(root, level).some((remote) => remote.name === name)) {
    throw new TidemillError('not_found', {
      kind: `remote in ${configFile(root, level)} named`,
      name,
    })
  }
  const file = configFile(root, level)
  replaceFile(file, withoutSection(readText(file) ?? '', `remote "${name}"`))
  if (readConfigFile(file).get('core')?.get('remote') === name)
    setConfig(root, 'core.remote', undefined, level)
}

/** Gives a remote another name, also where it is the default. Errors: `not_found`, `already_exists`. */
export function renameRemote(
  root: string,
  name: string,
  to: string,
  level: ConfigLevel = 'project',
): void {
  requireRemote(root, name)
  if (remotesAt(root, level).some((remote) => remote.name === to))
    throw new TidemillError('already_exists', { kind: 'remote', name: to })
  const file = configFile(root, level)
  const text = (readText(file) ?? '')
    .split('\n')
    .map((line) => (headingOf(line) === `remote "${name}"` ? headingText(`remote "${to}"`) : line))
  replaceFile(file, text.join('\n'))
  if (readConfigFile(file).get('core')?.get('remote') === name)
    setConfig(root, 'core.remote', to, level)
}

/** The remotes, or those that one file of configuration names, and which is used when none is named. */
export function remoteList(
  root: string,
  level?: ConfigLevel,
): {
  readonly remotes: readonly RemoteConfig[]
  readonly core?: string
} {
  return remotesOf(level ? readConfigFile(configFile(root, level)) : readConfig(root))
}

/** Makes a remote the default, or with `undefined` none. Errors: `not_found`. */
export function setDefaultRemote(
  root: string,
  name: string | undefined,
  level: ConfigLevel = 'project',
): void {
  if (name !== undefined) requireRemote(root, name)
  setConfig(root, 'core.remote', name, level)
}

function requireRemote(root: string, name: string): void {
  if (!remoteList(root).remotes.some((remote) => remote.name === name))
    throw new TidemillError('not_found', { kind: 'remote', name })
}

function remotesAt(root: string, level: ConfigLevel): readonly RemoteConfig[] {
  return remotesOf(readConfigFile(configFile(root, level))).remotes
}

function storedUrl(root: string, url: string, from: string, level: ConfigLevel): string {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(url) || isAbsolute(url) || url.startsWith('~')) return url
  return relative(dirname(configFile(root, level)), resolve(from, url))
}

function placeOf(name: string): { section: string; key: string } {
  const remote = /^remote\.(.+)\.([^.]+)$/.exec(name)
  if (remote) return { section: `remote "${remote[1]}"`, key: remote[2] ?? '' }
  const plain = /^([a-z]+)\.([a-z_]+)$/i.exec(name)
  if (!plain) {
    throw new TidemillError('bad_request', {
      problem: `${name} is no setting: give section.option, such as core.remote, or remote.NAME.url.`,
    })
  }
  return { section: (plain[1] ?? '').toLowerCase(), key: (plain[2] ?? '').toLowerCase() }
}

function dotted(section: string): string {
  return section.replace(/^(\w+) "(.+)"$/, '$1.$2')
}

function headingOf(line: string): string | undefined {
  return /^\s*\[\s*'?\s*([^\]']+?)\s*'?\s*\]\s*$/.exec(line)?.[1]
}

function headingText(section: string): string {
  return section.includes('"') ? `['${section}']` : `[${section}]`
}

/** The text of a configuration file with one setting written or taken away; comments and order stay. */
function withSetting(
  text: string,
  section: string,
  key: string,
  value: string | undefined,
): string {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n')
  const start = lines.findIndex((line) => headingOf(line)?.toLowerCase() === section.toLowerCase())
  if (start === -1) {
    const fresh = [headingText(section), `    ${key} = ${value}`]
    // DVC has this section first
    return [...(section === 'core' ? [...fresh, ...lines] : [...lines, ...fresh]), ''].join('\n')
  }
  const next = lines.findIndex((line, index) => index > start && headingOf(line) !== undefined)
  const end = next === -1 ? lines.length : next
  const at = lines.findIndex(
    (line, index) =>
      index > start && index < end && line.split('=')[0]?.trim().toLowerCase() === key,
  )
  if (value === undefined) lines.splice(at, 1)
  else if (at === -1) lines.splice(end, 0, `    ${key} = ${value}`)
  else lines[at] = `    ${key} = ${value}`
  const left = lines.slice(start + 1, value === undefined ? end - 1 : end)
  // a section without a setting goes, as DVC has it
  if (value === undefined && left.every((line) => line.trim() === '')) {
    lines.splice(start, 1 + left.length)
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

function withoutSection(text: string, section: string): string {
  let inside = false
  const kept = text.split('\n').filter((line) => {
    const heading = headingOf(line)
    if (heading !== undefined) inside = heading === section
    return !inside
  })
  const joined = kept.join('\n')
  return joined === '' || joined.endsWith('\n') ? joined : `${joined}\n`
}
