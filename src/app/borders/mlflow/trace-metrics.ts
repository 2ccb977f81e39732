import { aggregations, doubleText, views } from '#tracking'
import { limitOf } from './experiments.ts'
import { missing, wrong, type Input } from './input.ts'
import type { MlflowRoute } from './route.ts'

/** One of some words, written in capitals. */
function wordOf<T extends string>(input: Input, name: string, words: readonly T[]): T {
  const given = input.need(name)
  const word = words.find((each) => each.toUpperCase() === given)
  if (word !== undefined) return word
  throw wrong(name, given, `one of ${words.map((each) => each.toUpperCase()).join(', ')}`)
}

/** `P50.0`: Python writes a whole number with its point. */
function percentileName(percentile: number): string {
  return `P${Number.isInteger(percentile) ? percentile.toFixed(1) : percentile}`
}

/** `2026-01-31T12:00:00+00:00`, with microseconds where there are any. */
function bucketName(at: number): string {
  const [seconds = '', parts = ''] = new Date(at).toISOString().split(/[.Z]/)
  return `${seconds}${Number(parts) === 0 ? '' : `.${parts}000`}+00:00`
}

/** Every number that was judged is a double, as Python writes it. */
function dimensionText(name: string, value = ''): string {
  return name === 'assessment_value' && /^-?\d/.test(value) ? doubleText(Number(value)) : value
}

export const traceMetricRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path: '3.0/mlflow/traces/metrics',
    permission: 'tracking:read',
    async run({ rooms, input }) {
      const experiments = input.texts('experiment_ids')
      const asked = input.list('aggregations').map((each) => {
        const percentile = each.number('percentile_value')
        const kind = wordOf(each, 'aggregation_type', aggregations)
        return { kind, ...(percentile === undefined ? {} : { percentile }) }
      })
      if (experiments.length === 0) throw missing('experiment_ids')
      if (asked.length === 0) throw missing('aggregations')
      const [metric, dimensions] = [input.need('metric_name'), input.texts('dimensions')]
      const [interval, from, until] = [
        input.integer('time_interval_seconds'),
        input.integer('start_time_ms'),
        input.integer('end_time_ms'),
      ]
      const figures = await rooms.tracking.measureTraces({
        ...{ experiments, metric, dimensions, aggregations: asked },
        view: wordOf(input, 'view_type', views),
        filters: input.texts('filters'),
        most: limitOf(input, 1000, 50_000),
        ...(interval === undefined ? {} : { interval }),
        ...(from === undefined ? {} : { from }),
        ...(until === undefined ? {} : { until }),
      })
      const names = asked.map(({ kind, percentile }) =>
        percentile === undefined ? kind.toUpperCase() : percentileName(percentile),
      )
      return {
        data_points: figures
          .map(({ bucket, dimensions: own, values }) => ({
            metric_name: metric,
            dimensions: {
              ...(bucket === undefined ? {} : { time_bucket: bucketName(bucket) }),
              ...Object.fromEntries(
                dimensions.map((name, i) => [name, dimensionText(name, own[i])]),
              ),
            },
            values: Object.fromEntries(
              names.flatMap((name, i) => {
                const value = values[i]
                return value === undefined ? [] : [[name, value]]
              }),
            ),
          }))
          .filter(({ values }) => Object.keys(values).length > 0),
      }
    },
  },
]
