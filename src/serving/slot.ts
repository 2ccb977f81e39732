import { latencies, type Latencies } from './latencies.ts'
import type { AnsweringModel } from './load-model.ts'
import type { InputRow } from './read-rows.ts'

/** The version that answers now. */
export interface Live extends AnsweringModel {
  readonly model: string
  readonly version: number
  readonly digest: string
  readonly background: () => Promise<readonly InputRow[]>
}

/** An endpoint as this process knows it. */
export interface Slot {
  readonly name: string
  /** What it follows; what answers may be another model's version for as long as this one's does not load. */
  model: string
  alias: string
  readonly createdAt: number
  live?: Live
  problem?: string
  /** Until the versions that are being loaded, one after the other, answer or do not. */
  loading?: Promise<void>
  /** After a version could not be loaded: which, and how long until it is tried again, twice as long each time. */
  retry?: { readonly digest: string; readonly afterMs: number; readonly at: number }
  /** No endpoint's any more; what it still loads is closed again. */
  dropped?: true
  requests: number
  failures: number
  readonly times: Latencies
}

export function newSlot(name: string, model: string, alias: string, createdAt: number): Slot {
  return { name, model, alias, createdAt, requests: 0, failures: 0, times: latencies() }
}

/** Lets a model finish what it is asked, which for a long explanation nobody else is to wait for. */
export function retire(live: Live | undefined): void {
  void live?.close().catch(() => undefined)
}
