import { TidemillError, type Decision } from '#contract'
import { isConcluded } from '#operations'
import type { Rooms } from '../rooms.ts'
import { moveAlias } from './move-alias.ts'
import { registerBest } from './register-best.ts'
import { reproduce } from './reproduce.ts'

export interface RetrainProgress {
  readonly signal: AbortSignal
  progress(done: number, total: number, message: string): Promise<void>
}

/** What a retraining came to. */
interface Outcome {
  readonly state: Decision['state']
  readonly outcome: string
  readonly challenger: number
  readonly champion?: number
}

/**
 * Brings the pipeline up to date with the newest data, registers the best run of it, and lets it challenge the champion. Each part can
 * be done again after a crash: the pipeline skips what is done, the same run is the same version, the alias is where it is, and what
 * it was to become stands in the decision before it is moved.
 */
export async function retrain(
  rooms: Rooms,
  decisionId: string,
  work: RetrainProgress,
): Promise<Decision> {
  const decision = await rooms.decisions.get(decisionId)
  if (isConcluded(decision)) return decision
  await rooms.decisions.update(decisionId, { state: 'running' })
  try {
    const outcome = await outcomeOf(rooms, decision, work)
    return await rooms.decisions.update(decisionId, { ...outcome, endedAt: rooms.clock.now() })
  } catch (error) {
    // A server that stops gives the job back, and a cancelled job is settled with its decision.
    if (work.signal.aborted) throw error
    const message = error instanceof Error ? error.message : String(error)
    await rooms.decisions.update(decisionId, {
      state: 'failed',
      outcome: message,
      endedAt: rooms.clock.now(),
    })
    throw error
  }
}

async function outcomeOf(
  rooms: Rooms,
  decision: Decision,
  { signal, progress }: RetrainProgress,
): Promise<Outcome> {
  const { id, policy: name, model } = decision
  const champion = (await rooms.registry.aliased(model, 'champion'))?.version
  if (champion !== undefined && champion === decision.challenger) {
    return promoted(rooms, model, champion, decision.champion)
  }
  const policy = (await rooms.applied.read()).policies?.[name]
  await progress(0, 3, 'running the pipeline')
  await reproduce(rooms, {
    signal,
    ...(policy?.targets === undefined ? {} : { targets: policy.targets }),
  })
  await progress(1, 3, 'registering the best run')
  const { version } = await registerBest(rooms, model, `policy ${name}`)
  const versions = { challenger: version, ...(champion === undefined ? {} : { champion }) }
  if (version === champion) {
    const outcome = `Nothing better came out: version ${champion} stays.`
    return { state: 'unchanged', outcome, ...versions }
  }
  await progress(2, 3, 'taking it through the gate')
  if (policy?.promote !== true) {
    const outcome = `Version ${version} waits for a person to promote it.`
    return { state: 'waiting', outcome, ...versions }
  }
  await rooms.decisions.update(id, versions)
  const refusal = await promote(rooms, model, version, `policy ${name}`)
  return refusal ? { ...refusal, ...versions } : promoted(rooms, model, version, champion)
}

/** Why the version may not take the place, if it may not. */
async function promote(
  rooms: Rooms,
  model: string,
  version: number,
  by: string,
): Promise<Pick<Outcome, 'state' | 'outcome'> | undefined> {
  try {
    await moveAlias(rooms, { model, alias: 'champion', version, by, why: 'retraining was due' })
    return undefined
  } catch (error) {
    if (!(error instanceof TidemillError)) throw error
    if (error.code === 'approval_needed') return { state: 'waiting', outcome: error.message }
    if (error.code === 'gate_refused') return { state: 'refused', outcome: error.message }
    throw error
  }
}

/** What a new version was trained on is the new normal: alarms about the old one are over. */
async function promoted(
  rooms: Rooms,
  model: string,
  challenger: number,
  champion: number | undefined,
): Promise<Outcome> {
  const endpoints = (await rooms.serving.listed()).filter((each) => each.model === model)
  for (const alarm of await rooms.monitoring.alarms()) {
    if (alarm.state === 'resolved' || !endpoints.some((each) => each.name === alarm.endpoint))
      continue
    const note = `Version ${challenger} answers now.`
    await rooms.monitoring.setAlarm(alarm.id, 'resolved', 'retraining', note)
  }
  return {
    state: 'promoted',
    outcome: `Version ${challenger} took the place of ${champion ?? 'nothing'}.`,
    challenger,
    ...(champion === undefined ? {} : { champion }),
  }
}
