import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { openObjectCache, type ObjectCache } from './cache/object-cache.ts'
import { openRunCache, type RunCache } from './cache/run-cache.ts'
import { cacheFolder, linkTypes, readConfig } from './config.ts'
import type { Config } from './config-file.ts'
import { gitRoot } from './files/git-ignore.ts'
import { git } from './git.ts'
import { openFileState, type FileState } from './files/file-state.ts'
import { ignoreRules, type IgnoreRules } from './files/ignore-rules.ts'
import { openCircumstances, type KnownCircumstances } from './run/circumstances.ts'
import { workspaceFiles, type WorkspaceFiles } from './files/workspace-files.ts'

/** A repository that is being looked at or worked on: its files, its cache, what is remembered of both. */
export interface Repository {
  readonly root: string
  readonly config: Config
  readonly ignored: IgnoreRules
  readonly state: FileState
  readonly files: WorkspaceFiles
  readonly cache: ObjectCache
  readonly runs: RunCache
  readonly circumstances: KnownCircumstances
  /** Our own folder in there: logs, locks, what is remembered. Git ignores it. */
  readonly own: string
}

/** DVC never looks into these. */
const neverTracked = ['.hg/', '.git/', '.git', '.dvc/']

/** The repository that a folder is in: the nearest with a `.dvc` folder. */
export function findRepository(folder: string): string | undefined {
  for (let here = resolve(folder); ; here = dirname(here)) {
    if (existsSync(join(here, '.dvc'))) return here
    if (dirname(here) === here) return undefined
  }
}

/** The repository that a folder is in, else the folder itself. */
export function findRoot(folder: string): string {
  return findRepository(folder) ?? resolve(folder)
}

/** Our own folder in a repository, which Git ignores. */
export function ownFolder(root: string): string {
  return join(root, '.dvc', 'tmp', 'tidemill')
}

export function openRepository(root: string): Repository {
  const config = readConfig(root)
  const own = ownFolder(root)
  const ignored = ignoreRules(root, '.dvcignore', neverTracked)
  const state = openFileState(join(own, 'state'), root)
  const folder = cacheFolder(root, config)
  return {
    root,
    config,
    ignored,
    state,
    own,
    files: workspaceFiles(root, ignored, state),
    cache: openObjectCache({
      folder,
      links: linkTypes(config),
      state,
      scratch: join(own, 'scratch'),
    }),
    runs: openRunCache(folder),
    circumstances: openCircumstances(join(own, 'circumstances')),
  }
}

const freshFiles: Readonly<Record<string, string>> = {
  '.dvc/config': '',
  '.dvc/.gitignore': '/config.local\n/tmp\n/cache\n',
  '.dvcignore':
    '# Add patterns of files dvc should ignore, which could improve\n# the performance. Learn more at\n# https://dvc.org/doc/user-guide/dvcignore\n',
}

/** Makes a folder a repository, as `dvc init` does; what is there already stays. Returns the files made, which Git is told of. */
export function initRepository(folder: string): string[] {
  mkdirSync(join(folder, '.dvc', 'tmp'), { recursive: true })
  const made = Object.entries(freshFiles).flatMap(([path, text]) => {
    const file = join(folder, path)
    if (existsSync(file)) return []
    writeFileSync(file, text)
    return [path]
  })
  if (made.length > 0 && gitRoot(resolve(folder)) !== undefined) git(folder, ['add', '--', ...made])
  return made
}

export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP')
    )
      return undefined
    throw error
  }
}

/** A path relative to the root as a user in `folder` would write it. */
export function seenFrom(folder: string, path: string): string {
  return folder === '.' ? path : relative(folder, path) || '.'
}
