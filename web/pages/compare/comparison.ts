import { commitOf, dataOf, isSystemMetric, programOf, type Run, type RunRow } from '#contract'

export interface ComparisonRow {
  readonly name: string
  /** One a run, in their order. */
  readonly values: readonly (string | number | undefined)[]
  readonly differs: boolean
  /** Which run alone has the best value of a metric, and which end is best. */
  readonly best?: { readonly run: number; readonly end: 'highest' | 'lowest' }
}

export interface ComparisonGroup {
  readonly title: string
  readonly rows: readonly ComparisonRow[]
}

/** Facts, parameters, metrics, sources and tags of runs side by side; what a table knows of them besides where it is there. */
export function comparisonOf(
  runs: readonly Run[],
  rows: readonly RunRow[] = [],
): readonly ComparisonGroup[] {
  const known = new Map(rows.map((row) => [row.id, row]))
  const metrics = rowsOf(runs.map((run) => run.metrics))
  return [
    { title: 'Run', rows: rowsOf(runs.map(factsOf)) },
    { title: 'Parameters', rows: rowsOf(runs.map((run) => run.params)) },
    {
      title: 'Metrics',
      rows: metrics.filter((row) => !isSystemMetric(row.name)).map(withBest),
    },
    { title: 'Code and data', rows: rowsOf(runs.map((run) => sourceOf(run, known.get(run.id)))) },
    { title: 'System', rows: metrics.filter((row) => isSystemMetric(row.name)) },
    { title: 'Tags', rows: rowsOf(runs.map(tagsOf)) },
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

/** Metrics that count what is wrong or what it costs, by their names. The mark says which end it means, as no name tells for sure. */
const lowerIsBetter =
  /(?:^|[_/.\s-])(?:loss|error|err|rmse|mse|mae|mape|perplexity|latency|time|seconds|ms|brier|fpr|fnr)(?:$|[_/.\s\d-])/i

function withBest(row: ComparisonRow): ComparisonRow {
  const end = lowerIsBetter.test(row.name) ? 'lowest' : 'highest'
  const sign = end === 'highest' ? 1 : -1
  const numbers = row.values.map((value) =>
    typeof value === 'number' && !Number.isNaN(value) ? sign * value : -Infinity,
  )
  const top = Math.max(...numbers)
  if (numbers.filter((value) => value === top).length !== 1) return row
  return { ...row, best: { run: numbers.indexOf(top), end } }
}

function factsOf({ experiment, status, user }: Run): Readonly<Record<string, string>> {
  return { experiment, state: status, by: user }
}

/** The name stands over the column already. */
function tagsOf({ tags }: Run): Readonly<Record<string, string>> {
  const { 'mlflow.runName': _, ...rest } = tags
  return rest
}

function sourceOf(run: Run, row: RunRow | undefined): Readonly<Record<string, string | undefined>> {
  const { dataDigest, pipelineStage, environment } = run.source
  const joined = (texts: readonly string[] = []) =>
    texts.length === 0 ? undefined : texts.join(', ')
  const facts = {
    code: commitOf(run),
    source: programOf(run),
    data: joined(dataOf(run.source, row?.inputs)),
    'data digest': dataDigest,
    models: joined(row?.models?.map(({ name }) => name)),
    stage: pipelineStage,
    ...environment,
  }
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}
