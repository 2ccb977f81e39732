import { existsSync, rmSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path/posix'
import { isAbsolute, resolve } from 'node:path'
import { TidemillError } from '#contract/error'
import { checkoutEntry, commitContent } from '../cache/outputs.ts'
import { entryOf } from '../changes.ts'
import { entryFields } from '../definition/dot-dvc.ts'
import { readEntry } from '../definition/entry.ts'
import { targetOf } from '../definition/read-stage.ts'
import { hideFromGit } from '../files/git-ignore.ts'
import { stageInGit } from '../files/stage-in-git.ts'
import { buildGraph, isStage } from '../graph.ts'
import { replaceFile } from '../lock-store.ts'
import type { Entry, Pipeline } from '../model.ts'
import { openRepository, readText, type Repository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { findTargets } from '../targets.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts'
import { writeYaml } from '../values/write-yaml.ts'
import { isExternal, nameAt, takeExternal } from './external-source.ts'
import { takeFromGit } from './git-source.ts'
import { importChecksum } from '../definition/import-checksum.ts'

export interface Imported {
  readonly path: string
  readonly file: string
  /** Whether other content than before lies there now. */
  readonly changed: boolean
}

export interface ImportOptions {
  /** Where it goes; the name it has there, in the user's folder, unless given. */
  readonly out?: string
  /** In place of what lies there. */
  readonly force?: boolean
}

/**
 * Copies a file or folder of this machine, or a file of another place, in, puts it under version and notes where it came from.
 * Errors: `not_found`, `already_exists`, those of remotes.
 */
export async function importUrl(
  pipeline: Pipeline,
  url: string,
  options: ImportOptions = {},
): Promise<Imported> {
  const repository = openRepository(pipeline.root)
  const place = placeFor(pipeline, isExternal(url) ? nameAt(url) : url, options)
  return withRepositoryLock(repository, async () => {
    if (isExternal(url)) {
      const { entry, dependency } = await takeExternal(repository, url, { folders: false })
      return write(repository, place, options, entry, dependency)
    }
    const from = resolve(pipeline.root, pipeline.folder, url)
    const entry = await takeFile(repository, from, url)
    const path = isAbsolute(url) ? url : relative(dirname(join(pipeline.root, place.file)), from)
    return write(repository, place, options, entry, entryFields({ ...entry, path }))
  })
}

/**
 * Copies a file or folder out of another Git repository, tracked there by Git or by a pipeline, and notes the commit it came
 * from. Errors: `not_found`, `already_exists`.
 */
export async function importGit(
  pipeline: Pipeline,
  url: string,
  path: string,
  options: ImportOptions & { readonly rev?: string } = {},
): Promise<Imported> {
  const repository = openRepository(pipeline.root)
  const place = placeFor(pipeline, path, options)
  return withRepositoryLock(repository, async () => {
    // a relative address is kept as it is from the root, where update and DVC start from
    const own = url.startsWith('.') ? join(pipeline.folder, url) : url
    const { rev } = options
    const { entry, commit } = await takeFromGit(repository, { url: own, path, rev })
    return write(repository, place, options, entry, gitDependency(own, path, rev, commit))
  })
}

/** Brings imported data to what its source has now. Errors: `not_found`, `conflict` for data that was not imported. */
export async function updateImports(
  pipeline: Pipeline,
  targets: readonly string[],
  options: { readonly rev?: string; readonly force?: boolean } = {},
): Promise<readonly Imported[]> {
  const repository = openRepository(pipeline.root)
  const graph = buildGraph(pipeline)
  return withRepositoryLock(repository, async () => {
    const done: Imported[] = []
    for (const node of findTargets(pipeline, graph, targets)) {
      const [out] = node.outs
      const text = isStage(node) ? undefined : readText(join(pipeline.root, node.file))
      const before = text === undefined ? undefined : readYaml(text, node.file).value
      const [dep] = isMap(before) ? mapsOf(before.get('deps')) : []
      if (!out || !isMap(before) || !dep) {
        throw new TidemillError('conflict', {
          problem: `${node.address} was not imported, so there is nothing to bring it up to date from.`,
        })
      }
      const place = { target: out.target, file: node.file, before }
      const path = textAt(dep, 'path')
      const folder = join(pipeline.root, dirname(node.file))
      const source = dep.get('repo')
      if (isMap(source)) {
        const url = textAt(source, 'url')
        const rev = options.rev ?? (textAt(source, 'rev') || undefined)
        const found = await takeFromGit(repository, { url, path, rev })
        const noted = gitDependency(url, path, rev, found.commit)
        done.push(await write(repository, place, { ...options, update: true }, found.entry, noted))
      } else if (isExternal(path)) {
        const { entry, dependency } = await takeExternal(repository, path, { folders: false })
        done.push(await write(repository, place, { ...options, update: true }, entry, dependency))
      } else {
        const entry = await takeFile(repository, resolve(folder, path), path)
        const noted = entryFields({ ...entry, path })
        done.push(await write(repository, place, { ...options, update: true }, entry, noted))
      }
    }
    return done
  })
}

interface Place {
  readonly target: string
  readonly file: string
  /** What the `.dvc` file said. */
  readonly before?: ValueMap
}

function placeFor(pipeline: Pipeline, source: string, { out }: ImportOptions): Place {
  const asked = out ?? basename(source)
  const path = out !== undefined && out.endsWith('/') ? join(out, basename(source)) : asked
  const target = targetOf(path, pipeline.folder, pipeline.root)
  return { target, file: `${target}.dvc` }
}

/** Takes a file or folder from anywhere on this machine into the cache. */
async function takeFile(repository: Repository, from: string, named: string): Promise<Entry> {
  const content = await repository.files.content(from)
  if (!content) throw new TidemillError('not_found', { kind: 'file or folder', name: named })
  await commitContent(repository, from, content)
  return entryOf('', content)
}

async function write(
  repository: Repository,
  { target, file, before }: Place,
  options: ImportOptions & { readonly update?: boolean },
  taken: Entry,
  dependency: ValueMap,
): Promise<Imported> {
  const path = join(repository.root, target)
  if (!options.update && !options.force && existsSync(path))
    throw new TidemillError('already_exists', { kind: 'file', name: target })
  const [known] = before ? mapsOf(before.get('outs')) : []
  const old = known ? readEntry(known) : undefined
  const entry = { ...taken, path: old?.path ?? basename(target) }
  const force = options.force ? { force: true } : {}
  await checkoutEntry(repository, { target }, entry, force)
  const hidden = hideFromGit(repository.root, [target])
  const fields = new Map<string, Value>([
    ...(before ?? new Map<string, Value>([['frozen', true]])),
    ['deps', [dependency]],
    ['outs', [new Map([...entryFields(entry), ...notes(known)])]],
  ])
  const text = writeYaml(new Map([['md5', importChecksum(fields)], ...without(fields, 'md5')]))
  if (text !== readText(join(repository.root, file))) replaceFile(join(repository.root, file), text)
  rmSync(join(repository.own, 'imports'), { recursive: true, force: true })
  stageInGit(repository, [file, ...hidden])
  return { path: target, file, changed: old?.md5 !== entry.md5 }
}

const digests = new Set(['md5', 'size', 'nfiles', 'isexec', 'hash', 'path'])

/** What an output says beside its content: it stays. */
function notes(out: ValueMap | undefined): readonly (readonly [string, Value])[] {
  return [...(out ?? [])].filter(([key]) => !digests.has(key))
}

function without(map: ValueMap, key: string): readonly (readonly [string, Value])[] {
  return [...map].filter(([name]) => name !== key)
}

function gitDependency(
  url: string,
  path: string,
  rev: string | undefined,
  commit: string,
): ValueMap {
  const repo = new Map<string, Value>([
    ['url', url],
    ...(rev === undefined ? [] : [['rev', rev] as const]),
    ['rev_lock', commit],
  ])
  return new Map<string, Value>([
    ['path', path],
    ['repo', repo],
  ])
}

function mapsOf(value: Value | undefined): readonly ValueMap[] {
  return isList(value) ? value.filter(isMap) : []
}

function textAt(map: ValueMap, key: string): string {
  const value = map.get(key)
  return typeof value === 'string' ? value : ''
}
