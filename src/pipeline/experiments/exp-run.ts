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
import { inventName } from './experiment-name.ts'
import { checkName, experiments } from './experiment-refs.ts'
import { overrideParam } from './override-params.ts'
import { saveExperiment } from './save-experiment.ts'

export interface ExperimentOptions extends Omit<ReproOptions, 'dry'> {
  /** What to set: `key=value` in params.yaml, `file:key=value` elsewhere. */
  readonly set?: readonly string[]
  /** Two words of chance unless given. */
  readonly name?: string
  readonly message?: string
  /** In a work tree of its own, so that the user's files are not touched. */
  readonly temp?: boolean
  /** With `temp`, the revision to start from; `HEAD` unless given. */
  readonly from?: string
}

export interface Experiment {
  readonly name: string
  /** The commit that keeps it, under `refs/exps`. */
  readonly rev: string
  readonly baseline: string
  readonly set: readonly string[]
  readonly params: Readonly<Record<string, Plain>>
  readonly metrics: Readonly<Record<string, Plain>>
  readonly result: ReproResult
}

/**
 * Runs the pipeline with other parameters and keeps what came of it as an experiment, where DVC keeps its own. Without `temp` it
 * runs in the user's work tree, which is left as the experiment. With it, it runs beside, sharing the cache, and what it makes
 * comes back later from the run cache. Errors: those of `repro`; `not_found` for the revision, `already_exists` for the name.
 */
export async function expRun(folder: string, options: ExperimentOptions = {}): Promise<Experiment> {
  const { root } = loadPipeline(folder)
  const from = (options.temp ? options.from : undefined) ?? 'HEAD'
  const baseline = git(root, ['rev-parse', '--verify', '--quiet', `${from}^{commit}`])?.trim()
  if (baseline === undefined) {
    throw from === 'HEAD'
      ? new TidemillError('conflict', {
          problem: `${root} has no commit to start an experiment from: git commit the pipeline first.`,
        })
      : new TidemillError('not_found', { kind: 'revision', name: from })
  }
  const taken = new Set(experiments(root, baseline).map((each) => each.name))
  const name = options.name ?? inventName((each) => taken.has(each))
  if (taken.has(checkName(name)))
    throw new TidemillError('already_exists', { kind: 'experiment', name })
  return options.temp
    ? inOwnTree(root, baseline, (place) => runAndSave(place, baseline, name, options))
    : runAndSave(folder, baseline, name, options)
}

async function runAndSave(
  place: string,
  baseline: string,
  name: string,
  options: ExperimentOptions,
): Promise<Experiment> {
  for (const assignment of options.set ?? []) applyOverride(place, assignment)
  const { set = [], from: _from, temp: _temp, name: _name, message, ...run } = options
  const result = await repro(loadPipeline(place), run)
  const rev = saveExperiment(loadPipeline(place), baseline, name, message)
  return {
    name,
    rev,
    baseline,
    set,
    params: paramsShow(place),
    metrics: metricsShow(place),
    result,
  }
}

/** Works in a work tree of the baseline beside the user's, which goes when the work ends. */
async function inOwnTree<T>(
  root: string,
  baseline: string,
  work: (place: string) => Promise<T>,
): Promise<T> {
  const repository = openRepository(root)
  const prefix = (git(root, ['rev-parse', '--show-prefix']) ?? '').trim()
  const tree = join(repository.own, 'experiments', randomBytes(5).toString('hex'))
  mkdirSync(dirname(tree), { recursive: true })
  if (git(root, ['worktree', 'add', '--detach', '--quiet', tree, baseline]) === undefined) {
    throw new TidemillError('conflict', { problem: `Git could not make a work tree at ${tree}.` })
  }
  try {
    const place = join(tree, prefix)
    shareCache(place, repository.cache.folder)
    await checkout(loadPipeline(place))
    return await work(place)
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
