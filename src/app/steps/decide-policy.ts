import { TidemillError, type Decision, type PolicyDeclaration } from '#contract'
import { decide, type PolicyFacts } from '#operations'
import type { Rooms } from '../rooms.ts'

/** Asks a policy with what is known now. A due one, or a forced one, puts a retraining into the job queue. */
export async function decidePolicy(rooms: Rooms, name: string, force = false): Promise<Decision> {
  const policy = (await rooms.applied.read()).policies?.[name]
  if (!policy) throw new TidemillError('not_found', { kind: 'policy', name })
  const verdict = decide(policy, await factsOf(rooms, name, policy))
  const forced = { trigger: 'by hand', due: true, summary: 'Somebody asked for it.' }
  const final = force ? { due: true, reasons: [...verdict.reasons, forced] } : verdict
  const decision = await rooms.decisions.record(name, policy.model, final)
  if (!final.due) return decision
  const job = await rooms.jobs.add({
    kind: 'retrain',
    payload: { decision: decision.id },
    key: `retrain ${policy.model}`,
  })
  return rooms.decisions.update(decision.id, { job: job.id })
}

async function factsOf(
  rooms: Rooms,
  name: string,
  policy: PolicyDeclaration,
): Promise<PolicyFacts> {
  const [alarms, last] = await Promise.all([
    rooms.monitoring.alarms(),
    rooms.decisions.lastDue(name),
  ])
  const open = alarms.filter((alarm) => alarm.state === 'open')
  const byMonitor = Map.groupBy(open, (alarm) => alarm.monitor)
  return {
    now: rooms.clock.now(),
    ...(last === undefined ? {} : { lastRetrainedAt: last.time }),
    retraining:
      last !== undefined &&
      (last.state === 'waiting' || last.state === 'running') &&
      last.challenger === undefined,
    alarms: Object.fromEntries(
      [...byMonitor].map(([monitor, own]) => [monitor, own.map((alarm) => alarm.summary)]),
    ),
    newRows: await newRowsOf(rooms, policy.model),
  }
}

/** Rows of the newest data version that the champion's version did not have. */
async function newRowsOf(rooms: Rooms, model: string): Promise<number> {
  const champion = await rooms.registry.aliased(model, 'champion')
  if (champion?.dataset === undefined) return 0
  const [trained, newest] = await Promise.all([
    rooms.lake.version(champion.dataset, champion.datasetVersion),
    rooms.lake.version(champion.dataset),
  ])
  return Math.max(0, newest.rows - trained.rows)
}
