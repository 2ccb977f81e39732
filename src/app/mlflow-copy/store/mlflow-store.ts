import type { RunModels } from '../copied.ts'
import type { Json } from '../../json.ts'

export interface StoredExperiment {
  readonly id: string
  readonly name: string
  readonly tags: Texts
}

export interface StoredRun {
  readonly id: string
  readonly experiment: string
  readonly name?: string
  readonly user?: string
  readonly status: string
  readonly start?: number
  readonly end?: number
  readonly params: Texts
  readonly tags: Texts
  readonly metrics: readonly string[]
  readonly datasets: readonly Json[]
  readonly models: RunModels
  /** The folder of its files; why there is none when it cannot be read from here. */
  readonly files: Files
}

export interface StoredModel {
  readonly id: string
  readonly name?: string
  readonly type?: string
  readonly run?: string
  readonly status: 'LOGGED_MODEL_PENDING' | 'LOGGED_MODEL_READY' | 'LOGGED_MODEL_UPLOAD_FAILED'
  readonly params: Texts
  readonly tags: Texts
  readonly metrics: readonly StoredModelPoint[]
  readonly files: Files
}

/** What a run measured on a model, as MLflow's REST would answer of it. */
export interface StoredModelPoint extends StoredPoint {
  readonly run_id: string
  readonly dataset_name?: string
  readonly dataset_digest?: string
}

export interface StoredPoint {
  readonly key: string
  readonly value: number | string
  readonly timestamp: number
  readonly step: number
}

/** A path on this machine, or an address that only its own store can read. */
export type Files = { readonly folder: string } | { readonly elsewhere: string }

export type Texts = Readonly<Record<string, string>>

export interface StoredTraces {
  /** The oldest first, as MLflow's REST would answer of each. */
  traces(experiment: string): AsyncIterable<readonly Json[]>
  /** As they are kept. */
  spans(trace: string): Promise<readonly Json[]>
  /** Where its files are, as of a run; undefined where nothing says so. */
  traceFiles(trace: string): Promise<Files | undefined>
}

/** What MLflow wrote without its server: an mlruns folder, or a database. Hidden things are left out, as its server leaves them out. */
export interface MlflowStore extends StoredTraces {
  readonly name: string
  experiments(): Promise<readonly StoredExperiment[]>
  /** The oldest first. */
  runs(experiment: string): AsyncIterable<readonly StoredRun[]>
  history(run: string, key: string): AsyncIterable<readonly StoredPoint[]>
  loggedModels(experiment: string): AsyncIterable<readonly StoredModel[]>
  /** As MLflow's REST would answer of each. */
  registeredModels(): Promise<readonly Json[]>
  versions(model: string): Promise<readonly Json[]>
  close(): Promise<void>
}

export function pairsOfTexts(texts: Texts): readonly { key: string; value: string }[] {
  return Object.entries(texts).map(([key, value]) => ({ key, value }))
}
