import { TidemillError, type Decision, type PolicyDeclaration } from '#contract'
import { decide, type PolicyFacts, type Verdict } from '#operations'
import type { Job } from '#store'
import type { Rooms } from '../rooms.ts'

/** Asks a policy with what is known now. A due one, or a forced one, puts a retraining into the job queue. */
export async function decidePolicy(rooms: Rooms, name: string, force = false): Promise<Decision> {
  const { policy, verdict } = await verdictOf(rooms, name)
  const forced = { trigger: 'by hand', due: true, summary: 'Somebody asked for it.' }
  return record(
    rooms,
    name,
    policy,
    force ? { due: true, reasons: [...verdict.reasons, forced] } : verdict,
  )
}

/** The same for a policy that nobody asks: what is not due is recorded when its reasons are others than those recorded last. */
export async function askPolicy(rooms: Rooms, name: string): Promise<Decision | undefined> {
  const { policy, verdict } = await verdictOf(rooms, name)
  const [last] = await rooms.decisions.list(name, 1)
  if (!verdict.due && last && JSON.stringify(last.reasons) === JSON.stringify(verdict.reasons)) {
    return undefined
  }
  return record(rooms, name, policy, verdict)
}

/**
 * Ends decisions whose job has ended without them: it was cancelled, it died, or it was there already for another decision about the
 * model, whose end is then theirs. Answers the policies of those that ended.
 */
export async function settleDecisions(rooms: Rooms): Promise<readonly string[]> {
  const settled: string[] = []
  for (const { id, policy, job: jobId } of await rooms.decisions.underWay()) {
    const job = jobId === undefined ? undefined : await rooms.jobs.get(jobId)
    if (job && isUnderWay(job)) continue
    const { decision = id } = (job?.payload ?? {}) as { decision?: string }
    const lead = await rooms.decisions.get(decision)
    const end =
      lead.endedAt === undefined
        ? { outcome: job?.error ?? `Its job ${job ? `is ${job.state}` : 'is gone'}.` }
        : lead
    await rooms.decisions.update(id, { state: 'failed', endedAt: rooms.clock.now(), ...end })
    settled.push(policy)
  }
  return settled
}

function isUnderWay({ state }: Pick<Job, 'state'>): boolean {
  return state === 'waiting' || state === 'running'
}

function record(
  rooms: Rooms,
  name: string,
  { model }: PolicyDeclaration,
  verdict: Verdict,
): Promise<Decision> {
  return rooms.decisions.record(name, model, verdict, async (tx, decision) => {
    const job = { kind: 'retrain', payload: { decision }, key: `retrain ${model}` }
    return (await rooms.jobs.add(job, tx)).id
  })
}

async function verdictOf(rooms: Rooms, name: string) {
  const policy = (await rooms.applied.read()).policies?.[name]
  if (!policy) throw new TidemillError('not_found', { kind: 'policy', name })
  return { policy, verdict: decide(policy, await factsOf(rooms, name, policy)) }
}

/** What counts is what has come since a retraining last came to an end of its own: for what one that failed was to do, another is begun. */
async function factsOf(
  rooms: Rooms,
  name: string,
  policy: PolicyDeclaration,
): Promise<PolicyFacts> {
  const { concluded: last, since } = await rooms.decisions.recentlyDue(name)
  const [newest] = since
  const job = newest?.job === undefined ? undefined : await rooms.jobs.get(newest.job)
  // One whose job is done has been ended since it was read, or will be when it is settled.
  const isEnding = job?.state === 'done' && newest?.state !== 'failed'
  const retraining = job !== undefined && (isUnderWay(job) || isEnding)
  // After them, so that those are resolved which a retraining resolved that is seen to have ended.
  const alarms = await rooms.monitoring.alarms({ state: 'open' })
  const open = alarms.filter((alarm) => last === undefined || alarm.openedAt > last.time)
  const byMonitor = Map.groupBy(open, (alarm) => alarm.monitor)
  return {
    now: rooms.clock.now(),
    ...(last === undefined ? {} : { lastRetrainedAt: last.time }),
    ...(newest && !retraining ? { failed: { times: since.length, lastAt: newest.time } } : {}),
    retraining,
    alarms: Object.fromEntries(
      [...byMonitor].map(([monitor, own]) => [monitor, own.map((alarm) => alarm.summary)]),
    ),
    newRows: await newRowsOf(rooms, policy.model, last?.time),
  }
}

/** Rows of the newest data version that neither the champion's version had nor the last retraining could have had. */
async function newRowsOf(rooms: Rooms, model: string, since = -Infinity): Promise<number> {
  const champion = await rooms.registry.aliased(model, 'champion')
  if (champion?.dataset === undefined || champion.datasetVersion === undefined) return 0
  const versions = await rooms.lake.versions(champion.dataset)
  const trained = versions.find(({ version }) => version === champion.datasetVersion)
  const before = versions.find(({ createdAt }) => createdAt <= since)
  const known = Math.max(trained?.rows ?? 0, before?.rows ?? 0)
  return Math.max(0, (versions[0]?.rows ?? 0) - known)
}
