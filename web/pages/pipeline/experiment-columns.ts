import type { PipelineExperiment } from '#contract'

export interface ExperimentColumn {
  readonly kind: 'metrics' | 'params'
  readonly key: string
}

/** Metrics, then parameters; with `changedOnly` those whose values differ between rows. */
export function columnsOf(
  rows: readonly PipelineExperiment[],
  changedOnly: boolean,
): readonly ExperimentColumn[] {
  return (['metrics', 'params'] as const).flatMap((kind) => {
    const keys = new Set(rows.flatMap((row) => Object.keys(row[kind])))
    return [...keys]
      .filter(
        (key) =>
          !changedOnly || new Set(rows.map((row) => JSON.stringify(row[kind][key]))).size > 1,
      )
      .map((key) => ({ kind, key }))
  })
}

/** What commands call it. */
export function nameOf(row: PipelineExperiment): string {
  return row.name ?? (row.rev === 'workspace' ? 'workspace' : row.rev.slice(0, 10))
}
