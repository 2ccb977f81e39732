import { basename } from 'node:path'
import { operations, type Caller } from '#contract'
import type { Experiment, Plain } from '#pipeline'

/**
 * Keeps an experiment of the pipeline as a run in tracking, so that it stands beside runs that were made otherwise; once, however
 * often it is told. Returns the run.
 */
export async function recordExperiment(
  caller: Caller,
  workspace: string,
  experiment: Experiment,
): Promise<string> {
  const { runs } = operations
  const known = await caller.call(runs.search, {
    filter: `tags.\`${commitTag}\` = '${experiment.rev}'`,
    removed: 'with',
    limit: 1,
  })
  const [before] = known.runs
  // A process that died between may have left one half made: it is gone on with.
  if (before && (before.status !== 'running' || before.removedAt !== undefined)) return before.id
  const params = leaves(experiment.params, 'params.yaml')
  const metrics = leaves(experiment.metrics, Object.keys(experiment.metrics)[0])
  const made = {
    experiment: `${basename(workspace)} pipeline`,
    name: experiment.name,
    // Git keeps all that it ran as a commit, whether it was committed or not.
    source: { code: experiment.rev },
    params: Object.fromEntries(params.map(([key, value]) => [key, textOf(value)])),
    tags: {
      'tidemill.experiment': experiment.name,
      [commitTag]: experiment.rev,
      'tidemill.experiment.baseline': experiment.baseline,
      'tidemill.experiment.set': experiment.set.join(' '),
    },
  }
  const run = before ?? (await caller.call(runs.create, made)).run
  await caller.call(runs.log, {
    run: run.id,
    metrics: metrics.flatMap(([key, value]) =>
      typeof value === 'number' && Number.isFinite(value) ? [{ key, value }] : [],
    ),
  })
  await caller.call(runs.end, { run: run.id, status: 'finished' })
  return run.id
}

const commitTag = 'tidemill.experiment.commit'

/** The single values of files, by dotted key; the name of the file goes before it but in the one that is meant when none is named. */
function leaves(
  files: Readonly<Record<string, Plain>>,
  plain: string | undefined,
): (readonly [string, Plain])[] {
  return Object.entries(files).flatMap(([file, content]) =>
    inside(content, file === plain ? '' : `${file}:`),
  )
}

function inside(value: Plain, key: string): (readonly [string, Plain])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [[key.replace(/[^/\p{L}\p{N}_.\- :]/gu, '_').slice(0, 250), value]]
  const start = key === '' || key.endsWith(':') ? key : `${key}.`
  return Object.entries(value).flatMap(([name, inner]) => inside(inner, `${start}${name}`))
}

function textOf(value: Plain): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
