import { existsSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { TidemillError } from '#contract/error'
import { writablePath } from '../files/writable-path.ts'
import { replaceFile } from '../lock-store.ts'
import { loadPipeline } from '../load-pipeline.ts'
import { git } from '../git.ts'
import { metricsShow } from '../report/metrics.ts'
import { paramsShow } from '../report/params.ts'
import { findRoot } from '../repository.ts'
import { plan, type PlanOptions, type StagePlan } from '../run/plan.ts'
import { repro, type ReproOptions, type ReproResult } from '../run/repro.ts'
import type { ReproEvent } from '../run/repro-event.ts'
import type { Plain } from '../values/plain.ts'
import { assignedFiles } from './assignment.ts'
import { inventName } from './experiment-name.ts'
import { checkName, experimentRef, experiments, namesOn } from './experiment-refs.ts'
import { inOwnTree } from './own-tree.ts'
import { commitFilesAside, saveExperiment } from './save-experiment.ts'

export interface ExperimentOptions extends Omit<ReproOptions, 'dry'> {
  /** What to set: `key=value` in params.yaml, `file:key=value` elsewhere. */
  readonly set?: readonly string[]
  /** Two words of chance unless given. */
  readonly name?: string
  readonly message?: string
  /** In a work tree of its own, so that the user's files are not touched. */
  readonly temp?: boolean
  /** With `temp`, files and folders that Git does not have and the run needs. */
  readonly copyPaths?: readonly string[]
  /** With `temp`, the revision to start from; `HEAD` unless given. */
  readonly from?: string
  /** With `temp`, the commit whose files are worked with; unless given the revision's own, and without one the work tree as it is. */
  readonly files?: string
  /** Called with the commit that keeps it before that has its name. */
  readonly onCommit?: (rev: string) => void
  /** Called when the stages have ended, however they did, with the logs of their attempts; with `temp` those go then. */
  readonly onAttempts?: (logs: readonly string[]) => Promise<void>
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
  const pipeline = loadPipeline(folder)
  const { root } = pipeline
  const from = (options.temp ? options.from : undefined) ?? 'HEAD'
  const baseline = git(root, ['rev-parse', '--verify', '--quiet', `${from}^{commit}`])?.trim()
  if (baseline === undefined) {
    throw from === 'HEAD'
      ? new TidemillError('conflict', {
          problem: `${root} has no commit to start an experiment from: git commit the pipeline first.`,
        })
      : new TidemillError('not_found', { kind: 'revision', name: from })
  }
  const name = freeName(namesOn(root, baseline), options.name)
  if (!options.temp) return runAndSave(folder, folder, baseline, name, options)
  const copies = pathsToCopy(folder, root, options.copyPaths ?? [])
  const files =
    options.files ??
    (options.from === undefined
      ? commitFilesAside(pipeline, baseline, paramsFiles(root, folder, options.set))
      : baseline)
  return inOwnTree(root, files, async (place) => {
    for (const path of copies)
      await cp(join(root, path), writablePath(place, path), { recursive: true })
    return runAndSave(place, join(place, pipeline.folder), baseline, name, options)
  })
}

/** The name asked for, or one invented. Errors: `already_exists`. */
export function freeName(taken: ReadonlySet<string>, wanted: string | undefined): string {
  const name = wanted ?? inventName((each) => taken.has(each))
  if (taken.has(checkName(name)))
    throw new TidemillError('already_exists', { kind: 'experiment', name })
  return name
}

/**
 * An experiment whose commit was made before the process that ran it died: it gets its name, where it has none yet. `undefined`
 * without such a commit. Errors: `already_exists` when the name became another's.
 */
export function keptExperiment(
  root: string,
  { name, rev, baseline, set }: Pick<Experiment, 'name' | 'baseline' | 'set'> & { rev?: string },
): Experiment | undefined {
  if (rev === undefined || git(root, ['cat-file', '-e', rev]) === undefined) return undefined
  const named = experiments(root, baseline).find((each) => each.name === name)
  if (named?.rev !== rev)
    git(root, ['update-ref', experimentRef(baseline, freeName(namesOn(root, baseline), name)), rev])
  const [params, metrics] = [paramsShow(root, rev), metricsShow(root, rev)]
  return { name, rev, baseline, set, params, metrics, result: { stages: [], changed: true } }
}

/** `from` is where targets and params files are meant from. */
async function runAndSave(
  place: string,
  from: string,
  baseline: string,
  name: string,
  options: ExperimentOptions,
): Promise<Experiment> {
  const root = findRoot(place)
  const changed = assignedFiles(root, resolve(from), options.set ?? [])
  for (const [file, text] of changed) replaceFile(join(root, file), text)
  const { set = [], message, onCommit, onAttempts, ...rest } = options
  const { from: _from, files: _files, temp: _temp, name: _name, copyPaths: _paths, ...run } = rest
  const result = await runStages(from, run, onAttempts)
  const rev = saveExperiment(loadPipeline(place), baseline, name, {
    untracked: [...changed.keys()],
    ...(message === undefined ? {} : { message }),
    ...(onCommit ? { onCommit } : {}),
  })
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

/** Runs the stages; whatever comes of it, the logs of their attempts are told. */
async function runStages(
  from: string,
  run: ReproOptions,
  onAttempts: ExperimentOptions['onAttempts'],
): Promise<ReproResult> {
  const logs: string[] = []
  const onEvent = (event: ReproEvent): void => {
    if (event.type === 'started') logs.push(event.log)
    run.onEvent?.(event)
  }
  try {
    return await repro(loadPipeline(from), { ...run, onEvent })
  } finally {
    await onAttempts?.(logs)
  }
}

/** What an experiment would run, and why: looked at in a work tree beside, which keeps nothing. */
export function expPlan(
  folder: string,
  options: PlanOptions & { readonly set?: readonly string[] } = {},
): Promise<readonly StagePlan[]> {
  const pipeline = loadPipeline(folder)
  const baseline = git(pipeline.root, ['rev-parse', '--verify', '--quiet', 'HEAD'])?.trim()
  if (baseline === undefined) {
    throw new TidemillError('conflict', {
      problem: `${pipeline.root} has no commit to start an experiment from: git commit the pipeline first.`,
    })
  }
  const { set = [], ...scope } = options
  const files = commitFilesAside(pipeline, baseline, paramsFiles(pipeline.root, folder, set))
  return inOwnTree(pipeline.root, files, (place) => {
    const from = join(place, pipeline.folder)
    for (const [file, text] of assignedFiles(place, from, set)) replaceFile(join(place, file), text)
    return plan(loadPipeline(from), scope)
  })
}

/**
 * Paths that a user in `folder` names, from the root. Errors: `not_found`, `conflict` for one outside the repository, which would be
 * copied beside the tree.
 */
export function pathsToCopy(
  folder: string,
  root: string,
  paths: readonly string[],
): readonly string[] {
  return paths.map((path) => {
    const from = resolve(folder, path)
    if (!existsSync(from))
      throw new TidemillError('not_found', { kind: 'file or folder', name: path })
    const inside = relative(resolve(root), from)
    writablePath(root, inside === '' ? '.' : inside)
    return inside
  })
}

/** What is set must be settable here, and be in the tree beside, whether Git tracks it yet or not. */
function paramsFiles(root: string, folder: string, set: readonly string[] = []): readonly string[] {
  return [...assignedFiles(root, resolve(folder), set).keys()]
}
