import { basename } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { operations, type Caller } from '#contract'
import { commitTime, plainLeaves, type Experiment, type Plain } from '#pipeline'

/**
 * Keeps an experiment of the pipeline as a run in tracking, so that it stands beside runs that were made otherwise; once, however
 * often it is told, by two at once too. Its times are those of its commit. Returns the run.
 */
export async function recordExperiment(
  caller: Caller,
  workspace: string,
  experiment: Omit<Experiment, 'result'> & { readonly time?: number },
): Promise<string> {
  const { runs } = operations
  const { rev } = experiment
  const before = (await runsOfExperiments(caller, workspace, [rev])).get(rev)
  if (before?.isWhole) return before.id
  const time = experiment.time ?? commitTime(workspace, rev) ?? Date.now()
  const params = leaves(experiment.params, 'params.yaml')
  const metrics = leaves(experiment.metrics, Object.keys(experiment.metrics)[0])
  const made = {
    experiment: experimentFor(workspace),
    name: experiment.name,
    // Git keeps all that it ran as a commit, whether it was committed or not.
    source: { code: rev },
    params: Object.fromEntries(params.map(([key, value]) => [key, textOf(value)])),
    tags: {
      'tidemill.experiment': experiment.name,
      [commitTag]: rev,
      'tidemill.experiment.baseline': experiment.baseline,
      'tidemill.experiment.set': experiment.set.join(' '),
    },
    startedAt: time,
    once: `${commitTag} ${rev}`,
  }
  // What was measured is written to no run in another experiment, which others may read.
  const isOwn = before?.experiment === made.experiment
  const run = isOwn ? before : (await caller.call(runs.create, made)).run
  await caller.call(runs.log, {
    run: run.id,
    metrics: metrics.flatMap(([key, value]) =>
      typeof value === 'number' && Number.isFinite(value) ? [{ key, value, step: 0, time }] : [],
    ),
  })
  await caller.call(runs.end, { run: run.id, status: 'finished', endedAt: time })
  return run.id
}

/** Where the experiments of a repository are runs. */
function experimentFor(root: string): string {
  return `${basename(root)} pipeline`
}

const commitTag = 'tidemill.experiment.commit'
/** A server answers others between: a thousand in one piece take it a tenth of a second. */
const askedAtOnce = 20

interface ExperimentRun {
  readonly id: string
  readonly experiment: string
  /** Whether nothing of it is missing: a process that died between may have left one half made, which is gone on with. */
  readonly isWhole: boolean
}

/**
 * The runs that the experiments of a repository are kept as, removed ones too, by the experiments' commits. Anybody may give a run of
 * theirs the tag: outside of the repository's own experiment those count that somebody who may run the pipeline made of that commit.
 */
export async function runsOfExperiments(
  caller: Caller,
  root: string,
  revs: readonly string[],
): Promise<ReadonlyMap<string, ExperimentRun>> {
  const found = new Map<string, ExperimentRun>()
  for (let at = 0; at < revs.length; at += askedAtOnce) {
    if (at > 0) await turn()
    const some = revs.slice(at, at + askedAtOnce).map((rev) => `'${rev}'`)
    const known = await caller.call(operations.runs.search, {
      filter: `tags.\`${commitTag}\` IN (${some.join(', ')})`,
      removed: 'with',
      limit: 1000,
    })
    for (const { id, experiment, status, removedAt, source, tags } of known.runs) {
      const isWhole = status !== 'running' || removedAt !== undefined
      const rev = tags[commitTag] ?? ''
      const mayRun = source.rerun === 'stages' || source.rerun === 'commands'
      const isTrusted = mayRun && source.code === rev
      if (!isTrusted && experiment !== experimentFor(root)) continue
      if (found.get(rev)?.isWhole !== true) found.set(rev, { id, experiment, isWhole })
    }
  }
  return found
}

/** The single values of files, by dotted key; the name of the file goes before it but in the one that is meant when none is named. */
function leaves(
  files: Readonly<Record<string, Plain>>,
  plain: string | undefined,
): (readonly [string, Plain])[] {
  return Object.entries(files).flatMap(([file, content]) => {
    const before = file === plain ? '' : `${file}:`
    return plainLeaves(content).map(([key, value]) => [keyOf(`${before}${key}`), value] as const)
  })
}

/** In letters that keys of runs may have. */
function keyOf(text: string): string {
  return text.replace(/[^/\p{L}\p{N}_.\- :]/gu, '_').slice(0, 250)
}

function textOf(value: Plain): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
