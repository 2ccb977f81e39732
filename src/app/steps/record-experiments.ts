import { statSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import type { Caller } from '#contract'
import {
  experiments,
  experimentsBeside,
  findRoot,
  toldExperiments,
  toPlain,
  type ExperimentRef,
  type ExperimentRow,
  type ValueMap,
} from '#pipeline'
import { recordExperiment, runsOfExperiments } from './record-experiment.ts'

export interface RecordChoice {
  /** Only says what would be recorded. */
  readonly dry?: boolean
  /**
   * Where the runs are, as this repository notes it: what was once recorded there is not asked for again, so a run that was removed
   * for good stays away. Without it every experiment is looked for.
   */
  readonly place?: string
}

/** The place that a project's home is. One that is made anew in the same folder knows nothing of what the one before was told. */
export function homePlace(home: string, project: string): string {
  const { ino, birthtimeMs } = statSync(home)
  return JSON.stringify([home, ino, birthtimeMs, project])
}

/** What became of an experiment that had no run. */
export interface RecordedExperiment {
  readonly name: string
  readonly rev: string
  /** Its run, where one was made. */
  readonly run?: string
  /** Why none can be made yet. */
  readonly problem?: string
}

/**
 * Makes runs of the experiments of a repository that have none: of real DVC, from another clone, or made where no home and no server
 * was within reach. Returns those, the oldest first.
 */
export async function recordExperiments(
  caller: Caller,
  folder: string,
  { dry = false, place }: RecordChoice = {},
): Promise<readonly RecordedExperiment[]> {
  const root = findRoot(folder)
  const told = place === undefined ? undefined : toldExperiments(root, place)
  const kept = [...new Map(experiments(root).map((each) => [each.rev, each])).values()]
  const fresh = kept.filter(({ rev }) => !told?.has(rev))
  if (fresh.length === 0) return []
  const runs = await runsOfExperiments(
    caller,
    root,
    fresh.map(({ rev }) => rev),
  )
  const missing = fresh.filter(({ rev }) => runs.get(rev)?.isWhole !== true)
  const rows = await rowsOf(root, missing)
  const made: RecordedExperiment[] = []
  for (const row of rows) made.push(dry ? said(row) : await record(caller, root, row))
  const isOpen = new Set(made.flatMap(({ rev, run }) => (run === undefined ? [rev] : [])))
  if (!dry) told?.add(fresh.flatMap(({ rev }) => (isOpen.has(rev) ? [] : [rev])))
  return made
}

async function rowsOf(
  root: string,
  missing: readonly ExperimentRef[],
): Promise<readonly ExperimentRow[]> {
  if (missing.length === 0) return []
  const only = missing.map(({ rev }) => rev)
  const { rows } = await experimentsBeside(root, { only })
  const wanted = new Set(missing.map(({ ref }) => ref))
  return rows
    .filter(({ ref }) => ref !== undefined && wanted.has(ref))
    .toSorted((a, b) => ((a.timestamp ?? '') < (b.timestamp ?? '') ? -1 : 1))
}

async function record(
  caller: Caller,
  root: string,
  row: ExperimentRow,
): Promise<RecordedExperiment> {
  const known = said(row)
  if (known.problem !== undefined) return known
  // a server records them for somebody among others who ask it meanwhile
  await turn()
  const { name, rev } = known
  const { baseline = '', queued, time } = row
  const [params, metrics] = [plainFiles(row.params), plainFiles(row.metrics)]
  const set = queued?.set ?? []
  const told = { name, rev, baseline, set, params, metrics }
  const run = await recordExperiment(caller, root, time === undefined ? told : { ...told, time })
  return { name, rev, run }
}

function said({ name = '', rev, error, awaitsData }: ExperimentRow): RecordedExperiment {
  const problem =
    error ??
    (awaitsData ? 'its metrics are not in the cache yet: tidemill fetch brings them' : undefined)
  return { name, rev, ...(problem === undefined ? {} : { problem }) }
}

function plainFiles(files: ValueMap) {
  return Object.fromEntries([...files].map(([file, values]) => [file, toPlain(values)]))
}
