import type { Health, PipelineExperiment } from '#contract'

export interface ExperimentColumn {
  readonly kind: 'metrics' | 'params'
  readonly key: string
}

/**
 * Metrics, then parameters; with `changedOnly` those whose values differ between rows, of which one that has none at all, as it came
 * to nothing yet, is not counted.
 */
export function columnsOf(
  rows: readonly PipelineExperiment[],
  changedOnly: boolean,
): readonly ExperimentColumn[] {
  return (['metrics', 'params'] as const).flatMap((kind) => {
    const keys = new Set(rows.flatMap((row) => Object.keys(row[kind])))
    const counted = rows.filter((row) => Object.keys(row[kind]).length > 0)
    return [...keys]
      .filter(
        (key) =>
          !changedOnly || new Set(counted.map((row) => JSON.stringify(row[kind][key]))).size > 1,
      )
      .map((key) => ({ kind, key }))
  })
}

/** What commands call it. */
export function nameOf(row: PipelineExperiment): string {
  return row.name ?? (row.rev === 'workspace' ? 'workspace' : row.rev.slice(0, 10))
}

/** Names of rows, each its own: of equal ones, as two attempts in the queue may have, the later ones with their number in it. */
export function rowIds(
  rows: readonly PipelineExperiment[],
): ReadonlyMap<PipelineExperiment, string> {
  const ids = new Map<PipelineExperiment, string>()
  const taken = new Set<string>()
  for (const row of rows) {
    const name = nameOf(row)
    const id = taken.has(name) ? `${name} ${row.queueId ?? row.rev}` : name
    taken.add(id)
    ids.set(row, id)
  }
  return ids
}

const pills = {
  queued: ['none', 'queued'],
  running: ['busy', 'running'],
  failed: ['bad', 'failed'],
  killed: ['bad', 'killed'],
  done: ['good', 'done'],
} as const

/** How an experiment is shown; the work tree and commits have no state. */
export function experimentPill(
  row: PipelineExperiment,
): { readonly health: Health; readonly word: string } | undefined {
  if (row.baseline === undefined) return undefined
  const [health, word] = pills[row.state ?? 'done']
  return { health, word }
}

/** Whether it came to its end and is kept, so that it can be compared, applied and made a branch. */
export function isKept(row: PipelineExperiment): boolean {
  return row.baseline !== undefined && row.state === undefined
}
