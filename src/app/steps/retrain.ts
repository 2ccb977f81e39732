import { TidemillError, type Decision, type ModelVersion, type Run } from '#contract'
import type { Rooms } from '../rooms.ts'
import { moveAlias } from './move-alias.ts'
import { registerRun } from './register-run.ts'
import { reproduce } from './reproduce.ts'

export interface RetrainProgress {
  readonly signal: AbortSignal
  progress(done: number, total: number, message: string): Promise<void>
}

/**
 * Brings the pipeline up to date with the newest data, registers the best run of it, and lets it challenge the champion. Each part can
 * be done again after a crash: the pipeline skips what is done, the same run is the same version, the alias is where it is.
 */
export async function retrain(
  rooms: Rooms,
  decisionId: string,
  { signal, progress }: RetrainProgress,
): Promise<Decision> {
  const { policy: name, model } = await rooms.decisions.get(decisionId)
  await rooms.decisions.update(decisionId, { state: 'running' })
  const declared = await rooms.applied.read()
  const policy = declared.policies?.[name]
  const champion = await rooms.registry.aliased(model, 'champion')
  try {
    await progress(0, 3, 'running the pipeline')
    await reproduce(rooms, {
      signal,
      ...(policy?.targets === undefined ? {} : { targets: policy.targets }),
    })
    await progress(1, 3, 'registering the best run')
    const challenger = await registerBest(rooms, model, `policy ${name}`)
    if (champion && challenger.version === champion.version) {
      return await finish(
        'unchanged',
        `Nothing better came out: version ${champion.version} stays.`,
        challenger,
      )
    }
    await progress(2, 3, 'taking it through the gate')
    if (policy?.promote !== true) {
      return await finish(
        'waiting',
        `Version ${challenger.version} waits for a person to promote it.`,
        challenger,
      )
    }
    try {
      await moveAlias(rooms, {
        model,
        alias: 'champion',
        version: challenger.version,
        by: `policy ${name}`,
        why: 'retraining was due',
      })
    } catch (error) {
      if (!(error instanceof TidemillError)) throw error
      if (error.code === 'approval_needed')
        return await finish('waiting', error.message, challenger)
      if (error.code !== 'gate_refused') throw error
      return await finish('refused', error.message, challenger)
    }
    await resolveAlarms(rooms, model, challenger)
    return await finish(
      'promoted',
      `Version ${challenger.version} took the place of ${champion?.version ?? 'nothing'}.`,
      challenger,
    )
  } catch (error) {
    // A server that stops gives the job back, and a cancelled job is settled with its decision.
    if (signal.aborted) throw error
    const message = error instanceof Error ? error.message : String(error)
    await rooms.decisions.update(decisionId, {
      state: 'failed',
      outcome: message,
      endedAt: rooms.clock.now(),
    })
    throw error
  }

  function finish(
    state: Decision['state'],
    outcome: string,
    challenger: ModelVersion,
  ): Promise<Decision> {
    return rooms.decisions.update(decisionId, {
      state,
      outcome,
      challenger: challenger.version,
      ...(champion ? { champion: champion.version } : {}),
      endedAt: rooms.clock.now(),
    })
  }
}

/** Registers the best finished run on the newest data version that has runs, by the metric the model is declared to be chosen by. */
export async function registerBest(rooms: Rooms, model: string, by: string): Promise<ModelVersion> {
  const declared = (await rooms.applied.read()).models?.[model]
  if (!declared) throw new TidemillError('not_found', { kind: 'declared model', name: model })
  const { metric, goal } = declared.select
  const { items } = await rooms.tracking.search({
    experiment: declared.experiment,
    filter: "attributes.status = 'FINISHED'",
    order: [`metrics.\`${metric}\` ${goal === 'max' ? 'desc' : 'asc'}`],
    limit: 1000,
  })
  const scored = items.filter((run) => run.metrics[metric] !== undefined)
  const newest = Math.max(0, ...scored.map((run) => run.source.datasetVersion ?? 0))
  for (const run of scored.filter((each) => (each.source.datasetVersion ?? 0) === newest)) {
    if (await hasModel(rooms, run))
      return (await registerRun(rooms, { model, run: run.id, by })).version
  }
  throw new TidemillError('not_found', {
    kind: 'finished run with a model in',
    name: declared.experiment,
  })
}

async function hasModel(rooms: Rooms, run: Run): Promise<boolean> {
  return (await rooms.tracking.artifacts(run.id)).some((each) => each.path === 'model/model.onnx')
}

/** What a new version was trained on is the new normal: alarms about the old one are over. */
async function resolveAlarms(rooms: Rooms, model: string, challenger: ModelVersion): Promise<void> {
  const endpoints = (await rooms.serving.listed()).filter((each) => each.model === model)
  for (const alarm of await rooms.monitoring.alarms()) {
    if (alarm.state === 'resolved' || !endpoints.some((each) => each.name === alarm.endpoint))
      continue
    await rooms.monitoring.setAlarm(
      alarm.id,
      'resolved',
      'retraining',
      `Version ${challenger.version} answers now.`,
    )
  }
}
