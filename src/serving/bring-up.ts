import type { Signature } from '#contract'
import type { Clock, ObjectStore } from '#store'
import { loadModel } from './load-model.ts'
import type { Cell, InputRow } from './read-rows.ts'
import type { Runtime } from './runtime/runtime.ts'
import { retire, type Slot } from './slot.ts'

/** What stands behind an alias now. */
export interface ResolvedModel {
  readonly version: number
  readonly digest: string
  readonly signature: Signature
  /** Rows that stand for the average case, for explanations. */
  readonly background: () => Promise<readonly InputRow[]>
}

export interface BringUpOptions {
  readonly objects: ObjectStore
  readonly runtime: Runtime
  readonly clock: Clock
  readonly resolveModel: (model: string, alias: string) => Promise<ResolvedModel | undefined>
}

/** Brings endpoints to the version that their alias names now. */
export interface BringUp {
  /** What is patient waits longer after each failure of a version. Rejects when the version cannot be loaded. */
  swap(slot: Slot, options?: { readonly isPatient: boolean }): Promise<void>
  /** Loads what does not answer yet; who asks while it is loaded waits for the same loading. */
  ready(slot: Slot): Promise<void>
}

const firstRetryMs = 2_000
const longestRetryMs = 60_000

export function openBringUp({ objects, runtime, clock, resolveModel }: BringUpOptions): BringUp {
  /** Loads beside what answers now, and switches in one assignment. */
  async function bringUp(slot: Slot, isPatient: boolean): Promise<void> {
    const { model, alias } = slot
    const resolved = await resolveModel(model, alias)
    if (!resolved) {
      slot.problem = `${model}@${alias} names no version yet.`
      return
    }
    // By its bytes too: a model that is removed and made again counts its versions from one.
    const { version, digest } = resolved
    const { live } = slot
    if (live?.model === model && live.version === version && live.digest === digest) {
      return settle(slot)
    }
    const failed = slot.retry?.digest === digest ? slot.retry : undefined
    if (isPatient && failed && failed.at > clock.now()) return
    const loaded = await loadWarm(resolved, `${model}/${version}`).catch((error: unknown) => {
      const afterMs = Math.min(longestRetryMs, 2 * (failed?.afterMs ?? firstRetryMs))
      slot.retry = { digest, afterMs, at: clock.now() + afterMs }
      throw error
    })
    if (slot.dropped || slot.model !== model || slot.alias !== alias) return loaded.close()
    slot.live = { ...loaded, model, version, digest, background: once(resolved.background) }
    settle(slot)
    retire(live)
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

  function swap(slot: Slot, { isPatient } = { isPatient: false }): Promise<void> {
    const before = (slot.loading ?? Promise.resolve()).catch(() => undefined)
    const next = before.then(() => bringUp(slot, isPatient))
    slot.loading = next
    const done = (): void => {
      if (slot.loading === next) delete slot.loading
    }
    void next.then(done, (error: unknown) => {
      slot.problem = error instanceof Error ? error.message : String(error)
      done()
    })
    return next
  }

  return {
    swap,
    async ready(slot) {
      if (!slot.live) await (slot.loading ?? swap(slot, { isPatient: true }))
    },
  }
}

function settle(slot: Slot): void {
  delete slot.problem
  delete slot.retry
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
