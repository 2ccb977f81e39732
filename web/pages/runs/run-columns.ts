import type { Run } from '#contract'

/** A parameter or a metric that some run has. */
export interface RunColumn {
  /** `params.neighbors`, `metrics.f1`: as a filter writes it. */
  readonly id: string
  readonly kind: 'param' | 'metric'
  readonly name: string
  /** Whether the runs differ in it. */
  readonly varies: boolean
}

/** What the runs were given and what came out, by name; what differs first. */
export function columnsOf(runs: readonly Run[]): readonly RunColumn[] {
  const found = [
    ...named(runs, 'param', (run) => run.params),
    ...named(runs, 'metric', (run) => run.metrics),
  ]
  return [...found.filter((each) => each.varies), ...found.filter((each) => !each.varies)]
}

function named(
  runs: readonly Run[],
  kind: RunColumn['kind'],
  valuesOf: (run: Run) => Readonly<Record<string, string | number>>,
): readonly RunColumn[] {
  const names = new Set(runs.flatMap((run) => Object.keys(valuesOf(run))))
  return [...names].sort().map((name) => ({
    id: `${kind}s.${name}`,
    kind,
    name,
    varies: new Set(runs.map((run) => valuesOf(run)[name])).size > 1,
  }))
}

/** The value of a column; a parameter that reads as a number is one. */
export function columnValue(run: Run, column: RunColumn): number | string | undefined {
  if (column.kind === 'metric') return run.metrics[column.name]
  const text = run.params[column.name]
  if (text === undefined || text.trim() === '') return text
  const value = Number(text)
  return Number.isFinite(value) ? value : text
}
