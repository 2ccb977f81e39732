import type { ModelVersion } from '#contract'
import type { OfflineModel } from '#serving'
import type { Table } from '#table'
import type { EvaluationRows } from './evaluation-rows.ts'

/** What the checks of one version look at. Loaded once, used by every requirement that needs it. */
export interface GateSubject {
  readonly version: ModelVersion
  readonly model: OfflineModel
  /** The rows the version was trained and tested on. */
  readonly rows: Table
  readonly label: string | undefined
  /** Those of them that it was not trained on. */
  readonly held?: EvaluationRows
  readonly champion?: { readonly version: ModelVersion; readonly model: OfflineModel }
}
