import {
  newId,
  TidemillError,
  type Answer,
  type Digest,
  type Endpoint,
  type Signature,
} from '#contract'
import type { Clock, Metadata, ObjectStore } from '#store'
import { openBringUp, type ResolvedModel } from './bring-up.ts'
import { listedAs, type ListedEndpoint } from './listed-as.ts'
import { loadModel } from './load-model.ts'
import type { RunnerAnswer } from './model-runner.ts'
import { offlineModel, type OfflineModel } from './offline-model.ts'
import { openPredictionLog, type PredictionLog } from './prediction-log.ts'
import { readRows, type InputRow } from './read-rows.ts'
import { reasonsOf, type Reasons } from './reasons.ts'
import { openRuntime } from './runtime/runtime.ts'
import type { Live, Slot } from './slot.ts'
import { openSlots } from './slots.ts'
import type { ServingTables } from './tables.ts'

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

export async function openServing(options: ServingOptions): Promise<Serving> {
  const { metadata, objects, clock, resolveModel, workers = 1 } = options
  const runtime = openRuntime(workers)
  const log = openPredictionLog(metadata, clock)
  const bringUp = openBringUp({ objects, runtime, clock, resolveModel })
  const slots = await openSlots(metadata.tables<ServingTables>(), clock, bringUp)

  async function record(slot: Slot): Promise<Endpoint> {
    return { ...listedAs(slot), ...(await log.count(slot.name)) }
  }

  return {
    log,

    endpoints: async () => Promise.all((await slots.all()).map(record)),

    listed: async () => (await slots.all()).map(listedAs),

    async endpoint(name) {
      const slot = await slots.named(name)
      await bringUp.ready(slot).catch(() => undefined)
      return record(slot)
    },

    put: async (name, model, alias) => record(await slots.put(name, model, alias)),

    remove: slots.remove,

    swap: async (name) => bringUp.swap(await slots.named(name)),

    refresh: slots.follow,

    async predict(name, rows, { explain = false } = {}) {
      const begin = performance.now()
      const slot = slots.known(name) ?? (await slots.named(name))
      slot.requests++
      try {
        await bringUp.ready(slot)
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
      const slot = await slots.named(name)
      await bringUp.ready(slot)
      const { signature, model, version } = liveOf(slot)
      return { signature, model, version }
    },

    async offline(digest, signature) {
      return offlineModel(await loadModel(objects, runtime, digest, signature, digest))
    },

    async close() {
      await log.close()
      await runtime.close()
    },
  }

  /** What answers now. To be used in the turn in which it is taken: after a swap it may be closed. */
  function liveOf(slot: Slot): Live {
    if (slot.live) return slot.live
    throw new TidemillError('unavailable', {
      problem: slot.problem ?? `${slot.name} is not ready.`,
    })
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
      model: live.model,
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
      model: live.model,
      version: live.version,
    }
  }
}
