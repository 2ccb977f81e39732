import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import { git } from '../git.ts'
import { loadPipeline } from '../load-pipeline.ts'
import { findRoot } from '../repository.ts'
import { checkout, type CheckoutResult } from '../versions/checkout.ts'
import { findExperiment, type ExperimentRef } from './experiment-refs.ts'

export interface Applied extends CheckoutResult {
  readonly experiment: ExperimentRef
  /** Files that Git keeps and that are other now. */
  readonly files: readonly string[]
}

/**
 * Brings the work tree to an experiment: files that Git keeps, and data. HEAD stays, so that what changed can be looked at and
 * committed. Errors: `not_found`; `unsaved_data` for a file whose present content no commit or experiment has, unless `force`.
 */
export async function applyExperiment(
  folder: string,
  name: string,
  options: { readonly force?: boolean } = {},
): Promise<Applied> {
  const root = findRoot(folder)
  const experiment = findExperiment(root, name)
  const files = (
    git(root, ['diff', '--name-only', '-z', '--relative', experiment.rev, '--', '.']) ?? ''
  )
    .split('\0')
    .filter((file) => file !== '')
  const made = (
    git(root, ['diff', '--name-only', '-z', '--relative', 'HEAD', experiment.rev]) ?? ''
  )
    .split('\0')
    .filter((file) => file !== '')
  const touched = [...new Set([...files, ...made])]
  if (!options.force) {
    for (const file of touched) {
      if (!existsSync(join(root, file))) continue
      const content = git(root, ['hash-object', '--', file])?.trim() ?? ''
      if (git(root, ['cat-file', '-e', content]) === undefined)
        throw new TidemillError('unsaved_data', { path: file })
    }
  }
  if (touched.length > 0) {
    const done = git(root, [
      'restore',
      `--source=${experiment.rev}`,
      '--worktree',
      '--',
      ...touched.filter((file) => inTree(root, experiment.rev, file) || isTracked(root, file)),
    ])
    if (done === undefined)
      throw new TidemillError('conflict', { problem: `Git could not bring back ${name}.` })
  }
  const result = await checkout(loadPipeline(folder), { force: options.force ?? false })
  return { ...result, experiment, files: touched }
}

function inTree(root: string, rev: string, file: string): boolean {
  return git(root, ['cat-file', '-e', `${rev}:./${file}`]) !== undefined
}

function isTracked(root: string, file: string): boolean {
  return git(root, ['ls-files', '--error-unmatch', '--', file]) !== undefined
}
