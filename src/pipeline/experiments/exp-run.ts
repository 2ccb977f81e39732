import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TidemillError } from '#contract'
import { replaceFile } from '../lock-store.ts'
import { loadPipeline } from '../load-pipeline.ts'
import { git } from '../git.ts'
import { metricsShow } from '../report/metrics.ts'
import { paramsShow } from '../report/params.ts'
import { openRepository, readText } from '../repository.ts'
import { repro, type ReproOptions, type ReproResult } from '../run/repro.ts'
import { checkout } from '../versions/checkout.ts'
import type { Plain } from '../values/plain.ts'
import { overrideParam } from './override-params.ts'

export interface ExperimentOptions extends Omit<ReproOptions, 'dry'> {
  /** What to set: `key=value` in params.yaml, `file:key=value` elsewhere. */
  readonly set?: readonly string[]
  /** The revision to start from; `HEAD` unless given. */
  readonly from?: string
}

export interface Experiment {
  readonly id: string
  readonly baseline: string
  readonly set: readonly string[]
  readonly params: Readonly<Record<string, Plain>>
  readonly metrics: Readonly<Record<string, Plain>>
  readonly result: ReproResult
  /** The dvc.lock it ended with, by path. */
  readonly locks: Readonly<Record<string, string>>
}

/**
 * Runs the pipeline of a revision with other parameters in a work tree of its own, which shares the cache: the user's files are
 * not touched, and what it makes comes back later from the run cache. Errors: those of `repro`; `not_found` for the revision.
 */
export async function expRun(folder: string, options: ExperimentOptions = {}): Promise<Experiment> {
  const { root } = loadPipeline(folder)
  const repository = openRepository(root)
  const baseline = git(root, [
    'rev-parse',
    '--verify',
    `${options.from ?? 'HEAD'}^{commit}`,
  ])?.trim()
  if (baseline === undefined)
    throw new TidemillError('not_found', { kind: 'revision', name: options.from ?? 'HEAD' })
  const prefix = (git(root, ['rev-parse', '--show-prefix']) ?? '').trim()
  const id = randomBytes(5).toString('hex')
  const tree = join(repository.own, 'experiments', id)
  mkdirSync(dirname(tree), { recursive: true })
  if (git(root, ['worktree', 'add', '--detach', '--quiet', tree, baseline]) === undefined) {
    throw new TidemillError('conflict', { problem: `Git could not make a work tree at ${tree}.` })
  }
  try {
    const place = join(tree, prefix)
    shareCache(place, repository.cache.folder)
    for (const assignment of options.set ?? []) applyOverride(place, assignment)
    await checkout(loadPipeline(place))
    const { set: _set, from: _from, ...run } = options
    const result = await repro(loadPipeline(place), run)
    const lockFiles = [
      ...new Set(loadPipeline(place).files.map(({ file }) => join(dirname(file), 'dvc.lock'))),
    ]
    return {
      id,
      baseline,
      set: options.set ?? [],
      params: paramsShow(place),
      metrics: metricsShow(place),
      result,
      locks: Object.fromEntries(
        lockFiles.flatMap((file) => [[file, readText(join(place, file)) ?? '']]),
      ),
    }
  } finally {
    git(root, ['worktree', 'remove', '--force', tree])
    rmSync(tree, { recursive: true, force: true })
    git(root, ['worktree', 'prune'])
  }
}

function shareCache(place: string, cache: string): void {
  mkdirSync(join(place, '.dvc'), { recursive: true })
  appendFileSync(join(place, '.dvc', 'config.local'), `[cache]\n    dir = ${cache}\n`)
}

function applyOverride(place: string, assignment: string): void {
  const equals = assignment.indexOf('=')
  if (equals <= 0) {
    throw new TidemillError('invalid_input', {
      problem: `${assignment} is not of the form key=value`,
    })
  }
  const name = assignment.slice(0, equals)
  const colon = name.indexOf(':')
  const [file, key] =
    colon === -1 ? ['params.yaml', name] : [name.slice(0, colon), name.slice(colon + 1)]
  const path = join(place, file)
  if (!existsSync(path)) throw new TidemillError('not_found', { kind: 'params file', name: file })
  replaceFile(path, overrideParam(readText(path) ?? '', file, key, assignment.slice(equals + 1)))
}
