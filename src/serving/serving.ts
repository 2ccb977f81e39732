import {
  newId,
  TidemillError,
  type Answer,
  type Digest,
  type Endpoint,
  type Signature,
} from '#contract'
import type { Clock, Metadata, ObjectStore } from '#store'
import { loadModel } from './load-model.ts'
import type { RunnerAnswer } from './model-runner.ts'
import { offlineModel, type OfflineModel } from './offline-model.ts'
import { openPredictionLog, type PredictionLog } from './prediction-log.ts'
import { readRows, type Cell, type InputRow } from './read-rows.ts'
import { reasonsOf, type Reasons } from './reasons.ts'
import { openRuntime } from './runtime/runtime.ts'
import { newSlot, type Live, type Slot } from './slot.ts'
import type { ServingTables } from './tables.ts'

/** What stands behind an alias now. */
export interface ResolvedModel {
  readonly version: number
  readonly digest: string
  readonly signature: Signature
  /** Rows that stand for the average case, for explanations. */
  readonly background: () => Promise<readonly InputRow[]>
}

type ListedEndpoint = Omit<Endpoint, 'predictions' | 'labels'>

/** Endpoints: a name that answers with whatever version its alias names. */
export interface Serving {
  readonly log: PredictionLog
  endpoints(): Promise<readonly Endpoint[]>
  /** The same without what takes a count of the log. */
  listed(): Promise<readonly ListedEndpoint[]>
  endpoint(name: string): Promise<Endpoint>
  /** Makes an endpoint or changes what it follows. */
  put(name: string, model: string, alias: string): Promise<Endpoint>
  remove(name: string): Promise<void>
  /** Brings an endpoint to the version its alias names now: loads and warms it first, then switches, then lets the old one finish. */
  swap(name: string): Promise<void>
  /** The same for every endpoint, for what another process moved, changed or removed. */
  refresh(): Promise<void>
  predict(
    name: string,
    rows: readonly InputRow[],
    options?: { readonly explain?: boolean },
  ): Promise<readonly Answer[]>
  signature(
    name: string,
  ): Promise<{ readonly signature: Signature; readonly model: string; readonly version: number }>
  offline(digest: Digest, signature: Signature): Promise<OfflineModel>
  close(): Promise<void>
}

export interface ServingOptions {
  readonly metadata: Metadata
  readonly objects: ObjectStore
  readonly clock: Clock
  readonly resolveModel: (model: string, alias: string) => Promise<ResolvedModel | undefined>
  readonly workers?: number
}

const firstRetryMs = 2_000
const longestRetryMs = 60_000

export async function openServing(options: ServingOptions): Promise<Serving> {
  const { metadata, objects, clock, resolveModel, workers = 1 } = options
  const database = metadata.tables<ServingTables>()
  const runtime = openRuntime(workers)
  const log = openPredictionLog(metadata, clock)
  const slots = new Map<string, Slot>()

  for (const row of await database.selectFrom('endpoints').selectAll().execute()) {
    slots.set(row.name, newSlot(row.name, row.model, row.alias, row.created_at))
  }

  async function slotNamed(name: string): Promise<Slot> {
    const known = slots.get(name)
    if (known) return known
    // Another process may have made it.
    const row = await database
      .selectFrom('endpoints')
      .selectAll()
      .where('name', '=', name)
      .executeTakeFirst()
    if (!row) throw new TidemillError('not_found', { kind: 'endpoint', name })
    const slot = slots.get(name) ?? newSlot(row.name, row.model, row.alias, row.created_at)
    slots.set(name, slot)
    return slot
  }

  /** What answered goes on until the new one does. */
  async function replace(
    name: string,
    model: string,
    alias: string,
    created: number,
  ): Promise<Slot> {
    const slot = newSlot(name, model, alias, created)
    await swapSlot(slot).catch(() => undefined)
    drop(slots.get(name))
    slots.set(name, slot)
    return slot
  }

  function drop(slot: Slot | undefined): void {
    if (!slot) return
    slot.dropped = true
    slots.delete(slot.name)
    retire(slot.live)
  }

  /** Loads beside what answers now, and switches in one assignment. */
  async function bringUp(slot: Slot, isPatient: boolean): Promise<void> {
    const resolved = await resolveModel(slot.model, slot.alias)
    if (!resolved) {
      slot.problem = `${slot.model}@${slot.alias} names no version yet.`
      return
    }
    // By its bytes too: a model that is removed and made again counts its versions from one.
    const { version, digest } = resolved
    if (slot.live?.version === version && slot.live.digest === digest) {
      delete slot.problem
      delete slot.retry
      return
    }
    const failed = slot.retry?.digest === digest ? slot.retry : undefined
    if (isPatient && failed && failed.at > clock.now()) return
    const loaded = await loadWarm(resolved, `${slot.model}/${version}`).catch((error: unknown) => {
      const afterMs = Math.min(longestRetryMs, 2 * (failed?.afterMs ?? firstRetryMs))
      slot.retry = { digest, afterMs, at: clock.now() + afterMs }
      throw error
    })
    if (slot.dropped) return loaded.close()
    const before = slot.live
    slot.live = { ...loaded, version, digest, background: once(resolved.background) }
    delete slot.problem
    delete slot.retry
    retire(before)
  }

  async function loadWarm({ digest, signature }: ResolvedModel, name: string) {
    const loaded = await loadModel(objects, runtime, digest, signature, name)
    try {
      await loaded.batch.ask([signature.inputs.map(typical)])
      return loaded
    } catch (error) {
      await loaded.close()
      throw error
    }
  }

  /** What is patient waits longer after each failure of a version. */
  function swapSlot(slot: Slot, isPatient = false): Promise<void> {
    const next = (slot.loading ?? Promise.resolve()).then(() => bringUp(slot, isPatient))
    const settled = next.catch((error: unknown) => {
      slot.problem = error instanceof Error ? error.message : String(error)
    })
    slot.loading = settled
    void settled.then(() => {
      if (slot.loading === settled) delete slot.loading
    })
    return next
  }

  async function ready(slot: Slot): Promise<void> {
    if (!slot.live) await swapSlot(slot)
  }

  /** What answers now. To be used in the turn in which it is taken: after a swap it may be closed. */
  function liveOf(slot: Slot): Live {
    if (slot.live) return slot.live
    throw new TidemillError('unavailable', {
      problem: slot.problem ?? `${slot.name} is not ready.`,
    })
  }

  async function record(slot: Slot): Promise<Endpoint> {
    return { ...listedAs(slot), ...(await log.count(slot.name)) }
  }

  function listedAs(slot: Slot): ListedEndpoint {
    const { live } = slot
    return {
      name: slot.name,
      model: slot.model,
      alias: slot.alias,
      state: live
        ? 'ready'
        : slot.loading
          ? 'loading'
          : (slot.problem?.includes('names no version') ?? true)
            ? 'no_model'
            : 'failed',
      ...(slot.problem === undefined ? {} : { problem: slot.problem }),
      ...(live ? { version: live.version, signature: live.signature } : {}),
      requests: slot.requests,
      failures: slot.failures,
      ...slot.times.quantiles(),
      createdAt: slot.createdAt,
    }
  }

  /** Endpoints as the table has them now, each at the version its alias names now. */
  async function follow(): Promise<void> {
    const rows = await database.selectFrom('endpoints').selectAll().execute()
    const named = new Map(rows.map((row) => [row.name, row]))
    for (const slot of [...slots.values()]) {
      const row = named.get(slot.name)
      if (slot.dropped) continue
      if (!row) drop(slot)
      else if (row.model !== slot.model || row.alias !== slot.alias)
        await replace(row.name, row.model, row.alias, row.created_at)
      else await swapSlot(slot, true).catch(() => undefined)
    }
  }

  return {
    log,

    async endpoints() {
      const rows = await database.selectFrom('endpoints').select('name').orderBy('name').execute()
      return Promise.all(rows.map(async ({ name }) => record(await slotNamed(name))))
    },

    async listed() {
      const rows = await database.selectFrom('endpoints').select('name').orderBy('name').execute()
      return Promise.all(rows.map(async ({ name }) => listedAs(await slotNamed(name))))
    },

    async endpoint(name) {
      const slot = await slotNamed(name)
      if (!slot.live) await swapSlot(slot).catch(() => undefined)
      return record(slot)
    },

    async put(name, model, alias) {
      const before = slots.get(name)
      const created = before?.createdAt ?? clock.now()
      await database
        .insertInto('endpoints')
        .values({ name, model, alias, created_at: created })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ model, alias }))
        .execute()
      return record(await replace(name, model, alias, created))
    },

    async remove(name) {
      const slot = await slotNamed(name)
      await database.deleteFrom('endpoints').where('name', '=', name).execute()
      drop(slot)
    },

    swap: async (name) => swapSlot(await slotNamed(name)),

    refresh: follow,

    async predict(name, rows, { explain = false } = {}) {
      const begin = performance.now()
      const slot = slots.get(name) ?? (await slotNamed(name))
      slot.requests++
      try {
        await ready(slot)
        const live = liveOf(slot)
        return await live.use(async () => {
          const cells = readRows(name, live.signature, rows)
          const found = await live.batch.ask(cells)
          slot.times.add(performance.now() - begin)
          const reasons: Reasons[] = []
          // One row after the other: each is hundreds of questions, and more than wait at once are refused.
          if (explain) for (const row of cells) reasons.push(await reasonsOf(live, row))
          const time = clock.now()
          // Logged when the whole answer is there: a call that fails has predicted nothing.
          return found.map((answer, row) => ({
            ...answerOf(slot, live, answer, newId(time), rows[row] ?? {}, time),
            ...(reasons[row] ? { reasons: reasons[row] } : {}),
          }))
        })
      } catch (error) {
        slot.failures++
        throw error
      }
    },

    async signature(name) {
      const slot = await slotNamed(name)
      await ready(slot)
      const live = liveOf(slot)
      return { signature: live.signature, model: slot.model, version: live.version }
    },

    async offline(digest, signature) {
      return offlineModel(await loadModel(objects, runtime, digest, signature, digest))
    },

    async close() {
      await log.close()
      await runtime.close()
    },
  }

  function answerOf(
    slot: Slot,
    live: Live,
    answer: RunnerAnswer,
    id: string,
    features: InputRow,
    time: number,
  ): Answer {
    const { classes = [], labels } = live.signature
    const probabilities =
      answer.probabilities &&
      Object.fromEntries(classes.map((each, i) => [each, answer.probabilities?.[i] ?? NaN]))
    log.add({
      id,
      endpoint: slot.name,
      model: slot.model,
      version: live.version,
      time,
      features,
      prediction: answer.label,
      ...(probabilities ? { probabilities } : {}),
    })
    const probability = probabilities?.[answer.label]
    return {
      id,
      prediction: answer.label,
      label: labels?.[answer.label] ?? answer.label,
      ...(probability === undefined ? {} : { probability }),
      ...(probabilities ? { probabilities } : {}),
      model: slot.model,
      version: live.version,
    }
  }
}

/** Lets a model finish what it is asked, which for a long explanation nobody else is to wait for. */
function retire(live: Live | undefined): void {
  void live?.close().catch(() => undefined)
}

/** A value the data had, to warm a model up with. */
function typical(input: Signature['inputs'][number]): Cell {
  switch (input.type) {
    case 'string':
      return input.categories?.[0] ?? ''
    case 'boolean':
      return false
    case 'integer':
      return Math.round(input.mean ?? 0)
    case 'number':
      return input.mean ?? 0
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
