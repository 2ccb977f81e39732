import { basename } from 'node:path'
import type { Experiment, Plain } from '#pipeline'
import type { Rooms } from '../rooms.ts'

/** Keeps an experiment of the pipeline as a run in tracking, so that it stands beside runs that were made otherwise. */
export async function recordExperiment(
  rooms: Pick<Rooms, 'tracking'>,
  workspace: string,
  experiment: Experiment,
): Promise<string> {
  const params = leaves(experiment.params, 'params.yaml')
  const metrics = leaves(experiment.metrics, Object.keys(experiment.metrics)[0])
  const run = await rooms.tracking.create({
    experiment: `${basename(workspace)} pipeline`,
    name: experiment.name,
    user: 'pipeline',
    params: Object.fromEntries(params.map(([key, value]) => [key, textOf(value)])),
    tags: {
      'tidemill.experiment': experiment.name,
      'tidemill.experiment.commit': experiment.rev,
      'tidemill.experiment.baseline': experiment.baseline,
      'tidemill.experiment.set': experiment.set.join(' '),
    },
  })
  await rooms.tracking.log(run.id, {
    metrics: metrics.flatMap(([key, value]) =>
      typeof value === 'number' && Number.isFinite(value) ? [{ key, value }] : [],
    ),
  })
  await rooms.tracking.end(run.id, 'finished')
  return run.id
}

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
