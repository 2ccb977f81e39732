import type { Run } from '#contract'

export interface ComparisonRow {
  readonly name: string
  /** One a run, in their order. */
  readonly values: readonly (string | number | undefined)[]
  readonly differs: boolean
  /** Which run has the highest value, for a metric that one run alone has highest. */
  readonly best?: number
}

export interface ComparisonGroup {
  readonly title: string
  readonly rows: readonly ComparisonRow[]
}

/** Parameters, metrics, sources and tags of runs side by side. */
export function comparisonOf(runs: readonly Run[]): readonly ComparisonGroup[] {
  return [
    { title: 'Parameters', rows: rowsOf(runs.map((run) => run.params)) },
    { title: 'Metrics', rows: rowsOf(runs.map((run) => run.metrics)).map(withBest) },
    { title: 'Source', rows: rowsOf(runs.map(sourceOf)) },
    { title: 'Tags', rows: rowsOf(runs.map((run) => run.tags)) },
  ].filter((group) => group.rows.length > 0)
}

function rowsOf(
  records: readonly Readonly<Record<string, string | number | undefined>>[],
): readonly ComparisonRow[] {
  const names = new Set(records.flatMap((record) => Object.keys(record)))
  return [...names].sort().map((name) => {
    const values = records.map((record) => record[name])
    return { name, values, differs: new Set(values).size > 1 }
  })
}

function withBest(row: ComparisonRow): ComparisonRow {
  const numbers = row.values.map((value) => (typeof value === 'number' ? value : -Infinity))
  const top = Math.max(...numbers)
  if (numbers.filter((value) => value === top).length !== 1) return row
  return { ...row, best: numbers.indexOf(top) }
}

function sourceOf({ source }: Run): Readonly<Record<string, string | undefined>> {
  const { code, entry, dataset, datasetVersion, dataDigest, pipelineStage, environment } = source
  const facts = {
    code,
    entry,
    data: dataset === undefined ? undefined : `${dataset} version ${datasetVersion ?? '?'}`,
    'data digest': dataDigest,
    stage: pipelineStage,
    ...environment,
  }
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}
