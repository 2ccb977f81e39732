import type { Kysely } from 'kysely'
import {
  measuredNumber,
  newId,
  TidemillError,
  type Alarm,
  type DriftReport,
  type ModelVersion,
  type Prediction,
} from '#contract'
import {
  driftFindings,
  harmOf,
  newWatch,
  qualityOf,
  watchOn,
  type StoredMonitor,
} from '#monitoring'
import { tableFromRows, type Row, type Table } from '#table'
import type { Rooms } from '../rooms.ts'
import { evaluationRows } from './evaluation-rows.ts'
import { inputSchema } from './input-schema.ts'

const smallestWindow = 20
/** Labels of one look; what is more comes at the next. */
const mostLabels = 50_000

/**
 * Looks at the newest predictions no report has looked at: against the rows the serving version was trained on, and against what turned
 * out to be true. Opens an alarm when it must, and puts the ambiguous rows into the queues that want them.
 */
export async function runMonitor(rooms: Rooms, name: string): Promise<DriftReport> {
  const report = await lookWith(rooms, name)
  rooms.monitoring.note(name, undefined)
  return report
}

async function lookWith(rooms: Rooms, name: string): Promise<DriftReport> {
  const monitor = await rooms.monitoring.monitor(name)
  const window = await newestWindow(rooms, monitor.endpoint, monitor.seen, monitor.windowRows)
  const last = window.at(-1)
  if (window.length < smallestWindow || !last) {
    throw new TidemillError('conflict', {
      problem: `${window.length} predictions have come to ${monitor.endpoint} since the last look; ${smallestWindow} are needed.`,
    })
  }
  // A window may span a swap; what the newest version answered is judged by that version's reference.
  const nameNow = await rooms.registry.presentNames()
  const version = await rooms.registry.version(nameNow(last.model, last.time), last.version)
  const reference = await referenceOf(rooms, version)
  const columns = version.signature.inputs.map((input) => input.name)
  const alpha = await rooms.monitoring.budget(name)
  const current = tableFromRows(
    window.map((each) => each.features as Row),
    inputSchema(version.signature, reference.schema),
  )
  const findings = driftFindings({
    reference,
    current,
    columns,
    alpha,
    shareThreshold: monitor.shareThreshold,
  })
  const before = await qualityAtTraining(rooms, version)
  // Before the window moves on, and each row once: a look that is cut short is done again.
  await offerToQueues(rooms, monitor.endpoint, window)
  const { now, watch } = await labelsSince(rooms, monitor, version)
  // Without a promise there is no harm to be shown.
  const harm = promisedBy(version) === undefined ? undefined : harmOf(watch)
  const saved = await rooms.monitoring.save(
    {
      id: newId(rooms.clock.now()),
      monitor: name,
      endpoint: monitor.endpoint,
      model: version.model,
      version: version.version,
      windowStart: window[0]?.time ?? last.time,
      windowEnd: last.time,
      ...findings,
      columns: [...findings.columns],
      ...(before ? { qualityReference: before } : {}),
      ...(now ? { qualityCurrent: now } : {}),
      ...(harm ? { harm } : {}),
      createdAt: rooms.clock.now(),
    },
    { ...(monitor.seen === undefined ? {} : { since: monitor.seen }), seen: last.id, alpha, watch },
    async (tx, opened) => {
      for (const alarm of opened) await announce(rooms, alarm, monitor.webhooks, tx)
    },
  )
  return saved.report
}

/** At most `rows` predictions after the last one seen, the newest of them. */
async function newestWindow(
  rooms: Rooms,
  endpoint: string,
  seen: string | undefined,
  rows: number,
): Promise<readonly Prediction[]> {
  const { predictions } = await rooms.serving.log.list(endpoint, { limit: rows })
  return predictions.filter((each) => seen === undefined || each.id > seen).toReversed()
}

async function referenceOf(rooms: Rooms, version: ModelVersion): Promise<Table> {
  if (version.dataset !== undefined)
    return rooms.lake.table(version.dataset, version.datasetVersion)
  throw new TidemillError('conflict', {
    problem: `Version ${version.version} of ${version.model} does not name the data it was trained on, so there is no reference.`,
  })
}

/** The accuracy that training saw; one that is no number promises nothing. */
function promisedBy({ metrics }: ModelVersion): number | undefined {
  const accuracy = measuredNumber(metrics.accuracy)
  return Number.isFinite(accuracy) ? accuracy : undefined
}

/** How well the version did on the labels that came since the last look, and the bet on harm, gone on with over them. */
async function labelsSince(rooms: Rooms, monitor: StoredMonitor, version: ModelVersion) {
  const { model, version: number, signature } = version
  const kept = await rooms.monitoring.watch(monitor.name, model, number)
  const before = kept ?? newWatch(promisedBy(version) ?? 0)
  const arrived = await rooms.serving.log.labelled(
    monitor.endpoint,
    { names: await rooms.registry.namesOf(model), version: number },
    { after: before.seen, limit: mostLabels },
  )
  const now = qualityOf(arrived, signature.positive)
  return { now, watch: watchOn(before, arrived, arrived.at(-1)?.order ?? before.seen) }
}

/** How the version did on the rows that were held back from its training. */
async function qualityAtTraining(rooms: Rooms, version: ModelVersion) {
  const held = await evaluationRows(rooms, version)
  if (!held) return undefined
  const model = await rooms.serving.offline(held.digest, version.signature)
  try {
    const { labels } = await model.predict(held.rows)
    const pairs = held.truth.map((truth, row) => ({ truth, prediction: labels[row] ?? '' }))
    return qualityOf(pairs, version.signature.positive)
  } finally {
    await model.close()
  }
}

/** Webhooks go through the job queue, so that one that does not answer now is tried again later. */
async function announce<Tables>(
  rooms: Rooms,
  alarm: Alarm,
  webhooks: readonly string[],
  tx: Kysely<Tables>,
): Promise<void> {
  for (const url of webhooks) {
    const key = `webhook ${alarm.id} ${url}`
    const payload = { alarm: alarm.id, url }
    await rooms.jobs.add({ kind: 'webhook', payload, key, maxAttempts: 8 }, tx)
  }
}

async function offerToQueues(
  rooms: Rooms,
  endpoint: string,
  window: readonly Prediction[],
): Promise<void> {
  for (const queue of await rooms.labeling.queues()) {
    if (queue.endpoint === endpoint) await rooms.labeling.offer(queue.name, window)
  }
}
