import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import { holdsAll, plannedCheckout } from '../cache/outputs.ts'
import { git } from '../git.ts'
import { loadPipeline } from '../load-pipeline.ts'
import { openLocks } from '../lock-store.ts'
import { gitRevision } from '../pipeline-source.ts'
import { findRoot, openRepository, type Repository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { checkoutAll, type CheckoutResult } from '../versions/checkout.ts'
import { recordedOutputs } from '../versions/recorded-outputs.ts'
import { findExperiment, type ExperimentRef } from './experiment-refs.ts'

export interface Applied extends CheckoutResult {
  readonly experiment: ExperimentRef
  /** Files that Git keeps and that are other now. */
  readonly files: readonly string[]
}

/**
 * Brings the work tree to an experiment: files that Git keeps, and data. HEAD stays, so that what changed can be looked at and
 * committed. Errors: `not_found`; before anything is touched `unsaved_data` for a file whose present content no commit, experiment
 * or cache has, unless `force`, and `pipeline_locked`.
 */
export async function applyExperiment(
  folder: string,
  name: string,
  { force = false }: { readonly force?: boolean } = {},
): Promise<Applied> {
  const root = findRoot(folder)
  const experiment = findExperiment(root, name)
  const repository = openRepository(root)
  return withRepositoryLock(repository, async () => {
    const files = otherFiles(root, experiment.rev)
    if (!force) {
      refuseUnsavedFiles(root, files)
      await refuseUnsavedData(folder, repository, experiment.rev)
    }
    restore(root, experiment, files)
    const result = await checkoutAll(loadPipeline(folder), openRepository(root), { force })
    return { ...result, experiment, files }
  })
}

/** The files of Git's that are other there than in the work tree or in HEAD. */
function otherFiles(root: string, rev: string): readonly string[] {
  const listed = (...args: readonly string[]): readonly string[] =>
    (git(root, ['diff', '--name-only', '-z', '--relative', ...args]) ?? '')
      .split('\0')
      .filter((file) => file !== '')
  return [...new Set([...listed(rev, '--', '.'), ...listed('HEAD', rev)])]
}

function refuseUnsavedFiles(root: string, files: readonly string[]): void {
  for (const file of files) {
    if (!existsSync(join(root, file))) continue
    const content = git(root, ['hash-object', '--', file])?.trim() ?? ''
    if (git(root, ['cat-file', '-e', content]) === undefined)
      throw new TidemillError('unsaved_data', { path: file })
  }
}

/** What is said here is not said later, when the files are the experiment's and the data is not. */
async function refuseUnsavedData(
  folder: string,
  repository: Repository,
  rev: string,
): Promise<void> {
  const source = gitRevision(repository.root, rev)
  const locks = openLocks(repository.root, source.read)
  const { outputs } = recordedOutputs(loadPipeline(folder, { source }), locks)
  for (const { out, entry } of outputs) {
    if (out.cache && entry.md5 !== undefined && holdsAll(repository, entry.md5))
      await plannedCheckout(repository, out, entry)
  }
}

function restore(root: string, { rev, name }: ExperimentRef, files: readonly string[]): void {
  const wanted = files.filter((file) => inTree(root, rev, file) || isTracked(root, file))
  if (wanted.length === 0) return
  const done = git(root, ['restore', `--source=${rev}`, '--worktree', '--', ...wanted])
  if (done === undefined)
    throw new TidemillError('conflict', { problem: `Git could not bring back ${name}.` })
}

function inTree(root: string, rev: string, file: string): boolean {
  return git(root, ['cat-file', '-e', `${rev}:./${file}`]) !== undefined
}

function isTracked(root: string, file: string): boolean {
  return git(root, ['ls-files', '--error-unmatch', '--', file]) !== undefined
}
