import { existsSync } from 'node:fs'
import { basename, join } from 'node:path/posix'
import { TidemillError } from '#contract/error'
import { checkoutEntry } from '../cache/outputs.ts'
import { entryFields, rewritten } from '../definition/dot-dvc.ts'
import { readEntry } from '../definition/entry.ts'
import { importChecksum } from '../definition/import-checksum.ts'
import { targetOf } from '../definition/read-stage.ts'
import { hideFromGit } from '../files/git-ignore.ts'
import { writablePath } from '../files/writable-path.ts'
import { stageInGit } from '../files/stage-in-git.ts'
import { replaceFile } from '../lock-store.ts'
import type { Entry, Pipeline } from '../model.ts'
import { readText, type Repository } from '../repository.ts'
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts'
import type { GitSource } from './git-source.ts'
import { isFolder, placeAsked } from './place-asked.ts'

export interface Imported {
  readonly path: string
  readonly file: string
  /** Whether other content than before is recorded now. */
  readonly changed: boolean
}

export interface ImportOptions {
  /** Where it goes; the name it has there, in the user's folder, unless given. */
  readonly out?: string
  /** In place of what lies there. */
  readonly force?: boolean
  /** The data; or only what state the source is in; or nothing but where it is. The data unless given. */
  readonly bring?: 'data' | 'state' | 'nothing'
}

/** Where imported data and its `.dvc` file go. */
export interface ImportPlace {
  readonly target: string
  readonly file: string
  /** What the `.dvc` file said. */
  readonly before?: ValueMap
}

export function placeFor(
  pipeline: Pipeline,
  source: string,
  { out }: Pick<ImportOptions, 'out'>,
): ImportPlace {
  const path = placeAsked(join(pipeline.root, pipeline.folder), out, basename(source))
  const target = targetOf(path, pipeline.folder, pipeline.root)
  writablePath(pipeline.root, target)
  return { target, file: `${target}.dvc` }
}

interface WriteOptions extends ImportOptions {
  /** What lies there is to be replaced. */
  readonly update?: boolean
  /** The content is elsewhere and stays there. */
  readonly toRemote?: string | true
}

/** Puts imported content into the work tree, unless it stays elsewhere, and writes its `.dvc` file. Errors: `already_exists`. */
export async function writeImport(
  repository: Repository,
  { target, file, before }: ImportPlace,
  options: WriteOptions,
  taken: Entry | undefined,
  dependency: ValueMap,
): Promise<Imported> {
  const path = join(repository.root, target)
  if (!options.update && !options.force && existsSync(path))
    throw new TidemillError('already_exists', { kind: 'file', name: target })
  if (taken && !before && !taken.md5?.endsWith('.dir') && isFolder(path))
    throw new TidemillError('already_exists', { kind: 'folder', name: target })
  const [known] = before ? mapsOf(before.get('outs')) : []
  const old = known ? readEntry(known) : undefined
  const entry: Entry = {
    ...(taken ?? { hash: 'md5' }),
    path: old?.path ?? basename(target),
  }
  if (taken && options.toRemote === undefined)
    await checkoutEntry(repository, { target }, entry, options.force ? { force: true } : {})
  const hidden = hideFromGit(repository.root, [target])
  const fields = new Map<string, Value>([
    ...(before ?? new Map<string, Value>([['frozen', true]])),
    ['deps', [dependency]],
    ['outs', [new Map([...entryFields(entry), ...notes(known)])]],
  ])
  const rest = [...fields].filter(([name]) => name !== 'md5')
  // what is not known yet has no digest to be changed from
  const whole =
    options.bring === 'nothing'
      ? new Map(rest)
      : new Map<string, Value>([['md5', importChecksum(fields)], ...rest])
  const written = readText(join(repository.root, file))
  const text = rewritten(before ? written : undefined, whole)
  await repository.cache.settle()
  if (text !== written) replaceFile(join(repository.root, file), text)
  stageInGit(repository, [file, ...hidden])
  return { path: target, file, changed: taken === undefined || old?.md5 !== entry.md5 }
}

const digests = new Set(['md5', 'size', 'nfiles', 'isexec', 'hash', 'path'])

/** What an output says beside its content: it stays. */
function notes(out: ValueMap | undefined): readonly (readonly [string, Value])[] {
  return [...(out ?? [])].filter(([key]) => !digests.has(key))
}

/** What a `.dvc` file notes of data of another Git repository. */
export function gitDependency(
  { url, path, rev, config, remote }: GitSource,
  commit: string | undefined,
): ValueMap {
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['url', url],
    ['rev', rev],
    ['rev_lock', commit],
    ['config', config],
    ['remote', remote],
  ]
  const repo = new Map<string, Value>(
    fields.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  )
  return new Map<string, Value>([
    ['path', path],
    ['repo', repo],
  ])
}

export function mapsOf(value: Value | undefined): readonly ValueMap[] {
  return isList(value) ? value.filter(isMap) : []
}

export function textAt(map: ValueMap, key: string): string {
  const value = map.get(key)
  return typeof value === 'string' ? value : ''
}

/** The settings of the place that a source is at. */
export function settingsAt(dep: ValueMap): ReadonlyMap<string, string> {
  const value = dep.get('fs_config') ?? null
  if (!isMap(value)) return new Map()
  return new Map([...value].map(([name, each]) => [name, String(each)]))
}
