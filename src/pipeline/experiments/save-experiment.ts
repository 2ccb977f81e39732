import { hash, randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { TidemillError } from '#contract/error'
import { git, gitAnswer, needGit } from '../git.ts'
import type { Pipeline } from '../model.ts'
import { openRepository, readText } from '../repository.ts'
import { experimentRef } from './experiment-refs.ts'

/**
 * Keeps a work tree as an experiment: a commit on top of the baseline with what Git tracks there, the locks, and what stages make
 * for Git to keep. Neither HEAD nor the index changes. Returns the commit. Errors: `conflict` when Git refuses.
 */
export function saveExperiment(
  pipeline: Pipeline,
  baseline: string,
  name: string,
  options: {
    readonly message?: string
    readonly untracked?: readonly string[]
    /** Called with the commit before it has its name: who dies after that can name it later. */
    readonly onCommit?: (rev: string) => void
  } = {},
): string {
  const { message = defaultMessage(pipeline), untracked = [], onCommit } = options
  const rev = commitWorkTree(pipeline, baseline, [...ownFiles(pipeline), ...untracked], message)
  onCommit?.(rev)
  setRef(pipeline.root, experimentRef(baseline, name), rev)
  return rev
}

/** Commits the files of a work tree on top of a commit, under a ref. HEAD and the index stay. Errors: `conflict`. */
export function commitFiles(
  pipeline: Pipeline,
  baseline: string,
  ref: string,
  message: string,
  untracked: readonly string[] = [],
): string {
  const rev = commitWorkTree(pipeline, baseline, [...ownFiles(pipeline), ...untracked], message)
  setRef(pipeline.root, ref, rev)
  return rev
}

function setRef(root: string, ref: string, rev: string): void {
  if (git(root, ['update-ref', ref, rev]) === undefined)
    throw new TidemillError('conflict', { problem: `git update-ref failed in ${root}.` })
}

/** A commit of the files of a work tree that no ref names. Errors: `conflict`. */
export function commitFilesAside(
  pipeline: Pipeline,
  baseline: string,
  untracked: readonly string[] = [],
): string {
  const files = [...ownFiles(pipeline), ...untracked]
  return commitWorkTree(pipeline, baseline, files, 'the work tree as it is')
}

/** A commit of the work tree on top of another, with these files whether Git tracks them or not, that no branch points at. */
export function commitWorkTree(
  pipeline: Pipeline,
  baseline: string,
  files: readonly string[],
  message: string,
): string {
  const { root } = pipeline
  const index = join(openRepository(root).own, `index-${randomBytes(6).toString('hex')}`)
  const run = (...args: string[]): string => needGit(root, args, { GIT_INDEX_FILE: index }).trim()
  mkdirSync(dirname(index), { recursive: true })
  try {
    const [own = '', sparse = ''] = gitPaths(root, ['index', 'info/sparse-checkout'])
    if (existsSync(own)) copyIndex(own, index)
    else run('read-tree', baseline)
    // what is there though a sparse checkout is without it is left out otherwise; before 2.34 Git knows no such word
    const add = ['add', ...(existsSync(sparse) ? ['--sparse'] : [])]
    run(...add, '--update', '.')
    const ignored = ignoredOf(root, files)
    const known = files.filter((file) => !ignored.has(file))
    if (known.length > 0) run(...add, '--', ...known.map((file) => `:(literal)${file}`))
    const commit = ['commit-tree', run('write-tree'), '-p', baseline, '-m', message]
    return (git(root, commit) ?? needGit(root, commit, identity(root))).trim()
  } finally {
    rmSync(index, { force: true })
  }
}

/**
 * Git's own index knows of files that did not change since, which it need not read then, and of those that were added and not
 * committed yet.
 */
function copyIndex(own: string, copy: string): void {
  copyFileSync(own, copy)
  // by it Git knows which files may have changed in the moment they were added
  const seconds = Math.floor(statSync(own).mtimeMs / 1000)
  utimesSync(copy, seconds, seconds)
}

/** Where Git keeps things of its own. */
function gitPaths(root: string, names: readonly string[]): readonly string[] {
  const asked = names.flatMap((name) => ['--git-path', name])
  const said = needGit(root, ['rev-parse', ...asked]).trimEnd()
  return said.split('\n').map((path) => resolve(root, path))
}

/** Those of the files that Git ignores. */
function ignoredOf(root: string, files: readonly string[]): ReadonlySet<string> {
  if (files.length === 0) return new Set()
  try {
    const said = gitAnswer(root, ['check-ignore', '-z', '--stdin'], files, '\0')
    return new Set(said.toString().split('\0'))
  } catch {
    // it fails where there is none
    return new Set()
  }
}

/** What belongs to an experiment whether Git tracks it yet or not. */
export function ownFiles({ root, files, stages, data }: Pipeline): readonly string[] {
  const outs = [...stages, ...data].flatMap((node) => node.outs)
  const beside = outs.map((out) => join(dirname(out.target), '.gitignore'))
  const candidates = [
    ...files.flatMap(({ file }) => [file, join(dirname(file), 'dvc.lock')]),
    ...data.map(({ file }) => file),
    ...outs.flatMap((out) => (out.cache ? [] : [out.target])),
    ...beside,
  ]
  return [...new Set(candidates)].filter((file) => existsSync(join(root, file)))
}

/** DVC's words: the digest stands for what the stages were run with and made. */
function defaultMessage({ root, files }: Pipeline): string {
  const locks = files.map(({ file }) => readText(join(root, dirname(file), 'dvc.lock')) ?? '')
  return `dvc: commit experiment ${hash('sha256', locks.join('\n'), 'hex')}`
}

/** Someone must be the author; where Git knows nobody, it is this program. */
export function identity(root: string): Readonly<Record<string, string>> {
  if (git(root, ['var', 'GIT_COMMITTER_IDENT']) !== undefined) return {}
  const [name, mail] = ['tidemill', 'tidemill@localhost']
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: mail,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: mail,
  }
}
