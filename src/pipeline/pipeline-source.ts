import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import { git } from './git.ts'
import {
  gitContents,
  gitTree,
  gitTrees,
  type GitContents,
  type GitTree,
  type LikeCommit,
} from './git-trees.ts'
import { ignoreRules } from './files/ignore-rules.ts'
import { didYouMean } from './near-word.ts'
import { readText } from './repository.ts'

export interface SourceEntry {
  readonly name: string
  readonly folder: boolean
}

/** Where the files of a pipeline are read from: the work tree, or a revision of it. Paths are relative to the root. */
export interface PipelineSource {
  read(path: string): string | undefined
  /** Says what will be read, so that it can be asked for at once. */
  expect(paths: readonly string[]): void
  /** What is no text. */
  readBytes(path: string): Uint8Array | undefined
  list(folder: string): readonly SourceEntry[]
  /** Whether a path is left out, given that its folder is not. */
  ignored(path: string, folder: boolean): boolean
}

export function workTree(root: string): PipelineSource {
  const dvc = ignoreRules(root, '.dvcignore', ['.hg/', '.git/', '.git', '.dvc/'])
  const git = ignoreRules(root, '.gitignore')
  return {
    read: (path) => readText(join(root, path)),
    expect: () => undefined,
    readBytes: (path) => fileBytes(join(root, path)),
    list: (folder) =>
      readdirSync(join(root, folder), { withFileTypes: true }).map((entry) => ({
        name: entry.name,
        folder: entry.isDirectory(),
      })),
    ignored: (path, folder) => dvc.ignoredHere(path, folder) || git.ignoredHere(path, folder),
  }
}

/** `undefined` for what is no file, or is not there. */
export function fileBytes(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

/** The files of a Git revision, or of an experiment by its name. Errors: `not_found` for a revision that Git does not know. */
export function gitRevision(root: string, revision: string): PipelineSource {
  return inTree(treeOf(root, revision), gitContents(root))
}

/**
 * The files of commits that are here, each nearly like another: Git is asked three times for what is usually read of all of them.
 * Errors: `conflict` for a damaged one.
 */
export function gitRevisions(
  root: string,
  commits: readonly LikeCommit[],
): ReadonlyMap<string, PipelineSource> {
  const contents = gitContents(root)
  const trees = gitTrees(root, commits)
  return new Map([...trees].map(([rev, tree]) => [rev, inTree(tree, contents)]))
}

function inTree(tree: GitTree, contents: GitContents): PipelineSource {
  // at once, where a process a file would take a second for 300
  contents.expect(tree.usual.values())
  const bytes = (path: string): Uint8Array | undefined => contents.read(tree.get(path) ?? '')
  return {
    read(path) {
      const content = bytes(path)
      return content && Buffer.from(content).toString('utf8')
    },
    expect: (paths) => contents.expect(paths.flatMap((path) => tree.get(path) ?? [])),
    readBytes: bytes,
    list: (folder) =>
      [...tree.list(folder)].map(([name, isFolder]) => ({ name, folder: isFolder })),
    ignored: (path) => path.startsWith('.git') || path.startsWith('.dvc/'),
  }
}

/** The files of a revision as Git knows it, or of an experiment by its name. */
function treeOf(root: string, revision: string): GitTree {
  const tree = gitTree(root, revision)
  if (tree) return tree
  const refs = git(root, ['for-each-ref', '--format=%(refname)', 'refs/exps']) ?? ''
  const ref = refs.split('\n').find((each) => each.endsWith(`/${revision}`))
  const found = ref === undefined ? undefined : gitTree(root, ref)
  if (!found) {
    const near = didYouMean(revision, revisionNames(root))
    throw new TidemillError('not_found', { kind: 'revision', name: `${revision}${near}` })
  }
  return found
}

/** Branches, tags and experiments, as they are written. */
function revisionNames(root: string): readonly string[] {
  const names = git(root, ['for-each-ref', '--format=%(refname:lstrip=2)']) ?? ''
  // an experiment's name stands below the commit it began at
  return names.split('\n').map((name) => name.replace(/^[0-9a-f]{2}\/[0-9a-f]{38}\//, ''))
}
