import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path/posix'
import { isAbsolute, resolve } from 'node:path'
import { TidemillError } from '#contract/error'
import { commitContent, contentToKeep } from '../cache/outputs.ts'
import { entryOf } from '../changes.ts'
import { entryFields } from '../definition/dot-dvc.ts'
import type { Entry, Pipeline } from '../model.ts'
import { openRepository, type Repository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import type { ValueMap } from '../values/value.ts'
import { isExternal, nameAt, noteExternal, takeExternal } from './external-source.ts'
import { droppingClones, findInGit, takeFromGit, type SourceAccess } from './git-source.ts'
import {
  gitDependency,
  placeFor,
  writeImport,
  type Imported,
  type ImportOptions,
} from './import-file.ts'
import { sendSource } from './send-source.ts'

export interface ImportUrlOptions extends ImportOptions {
  /** Sends the content to this remote, or with `true` the default one, in place of bringing it here. */
  readonly toRemote?: string | true
  /** Settings of the place it is at. */
  readonly settings?: ReadonlyMap<string, string>
}

/**
 * Copies a file or folder of this machine, or a file of another place, in, puts it under version and notes where it came from.
 * Errors: `not_found`, `already_exists`, those of remotes.
 */
export async function importUrl(
  pipeline: Pipeline,
  url: string,
  options: ImportUrlOptions = {},
): Promise<Imported> {
  const repository = openRepository(pipeline.root)
  const place = placeFor(pipeline, isExternal(url) ? nameAt(url) : url, options)
  const from = resolve(pipeline.root, pipeline.folder, url)
  const path =
    isExternal(url) || isAbsolute(url)
      ? url
      : relative(dirname(join(pipeline.root, place.file)), from)
  return withRepositoryLock(repository, async () => {
    const { entry, dependency } = await takeUrl(
      repository,
      isExternal(url) ? url : from,
      path,
      options,
    )
    return writeImport(repository, place, options, entry, dependency)
  })
}

/** The content of a source as far as it is wanted, and what is noted of the source. */
export async function takeUrl(
  repository: Repository,
  from: string,
  path: string,
  options: ImportUrlOptions,
): Promise<{ readonly entry?: Entry; readonly dependency: ValueMap }> {
  const found = await takeFrom(repository, from, path, options)
  const { settings } = options
  if (settings === undefined || settings.size === 0) return found
  return { ...found, dependency: new Map([...found.dependency, ['fs_config', new Map(settings)]]) }
}

async function takeFrom(
  repository: Repository,
  from: string,
  path: string,
  { settings, toRemote, bring = 'data' }: ImportUrlOptions,
): Promise<{ readonly entry?: Entry; readonly dependency: ValueMap }> {
  const external = isExternal(from)
  const set = settings === undefined ? {} : { settings }
  if (bring === 'nothing') {
    return {
      dependency: new Map([
        ['hash', 'md5'],
        ['path', path],
      ]),
    }
  }
  if (toRemote !== undefined) {
    const name = toRemote === true ? undefined : toRemote
    const { entry, dependency } = await sendSource(repository, from, name, settings)
    return { entry, dependency: dependency ?? entryFields({ ...entry, path }) }
  }
  if (bring === 'state') {
    if (external) return { dependency: await noteExternal(repository, from, set) }
    return { dependency: entryFields({ ...(await entryAt(repository, from, path)), path }) }
  }
  if (external) return takeExternal(repository, from, { folders: false, ...set })
  const content = await contentToKeep(repository, from)
  const entry = await entryAt(repository, from, path)
  if (content) await commitContent(repository, from, content)
  return { entry, dependency: entryFields({ ...entry, path }) }
}

async function entryAt(repository: Repository, from: string, named: string): Promise<Entry> {
  const content = await repository.files.content(from)
  if (!content) throw new TidemillError('not_found', { kind: 'file or folder', name: named })
  return entryOf('', content)
}

/**
 * Copies a file or folder out of another Git repository, tracked there by Git or by a pipeline, and notes the commit it came
 * from. Errors: `not_found`, `already_exists`.
 */
export async function importGit(
  pipeline: Pipeline,
  url: string,
  path: string,
  options: ImportOptions & SourceAccess & { readonly rev?: string } = {},
): Promise<Imported> {
  const repository = openRepository(pipeline.root)
  const place = placeFor(pipeline, path, options)
  const bring = async (): Promise<Imported> => {
    // a relative address is kept as it is from the root, where update and DVC start from
    const own = url.startsWith('.') ? join(pipeline.folder, url) : url
    const source = { url: own, path, rev: options.rev, ...accessOf(options) }
    const noted = (commit?: string): ValueMap => gitDependency(source, commit)
    if (options.bring === 'nothing') {
      return writeImport(repository, place, options, undefined, noted())
    }
    if (options.bring === 'state') {
      return writeImport(
        repository,
        place,
        options,
        undefined,
        noted(findInGit(repository, source)),
      )
    }
    const { entry, commit } = await takeFromGit(repository, source)
    return writeImport(repository, place, options, entry, noted(commit))
  }
  return withRepositoryLock(repository, () => droppingClones(repository, bring))
}

function accessOf({ remote, config, remoteConfig }: SourceAccess): SourceAccess {
  if (config !== undefined && !existsSync(config))
    throw new TidemillError('not_found', { kind: 'configuration file', name: config })
  return {
    ...(remote === undefined ? {} : { remote }),
    ...(config === undefined ? {} : { config }),
    ...(remoteConfig === undefined ? {} : { remoteConfig }),
  }
}
