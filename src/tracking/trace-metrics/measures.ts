import { TidemillError } from '#contract'

/** What is counted or measured: whole traces, their spans, or what was said of them. */
export const views = ['traces', 'spans', 'assessments'] as const
export type View = (typeof views)[number]

export const aggregations = ['count', 'sum', 'avg', 'percentile', 'min', 'max'] as const
export interface Aggregation {
  readonly kind: (typeof aggregations)[number]
  /** Of a percentile, between 0 and 100. */
  readonly percentile?: number
}

interface Measure {
  readonly aggregations: readonly Aggregation['kind'][]
  readonly dimensions: readonly string[]
}

const size = ['avg', 'min', 'max', 'percentile'] as const
const amount = ['sum', ...size] as const
const count = ['count'] as const
const models = ['span_model_name', 'span_model_provider']

const tokens = ['input_tokens', 'output_tokens', 'total_tokens'] as const
const cacheTokens = ['cache_read_input_tokens', 'cache_creation_input_tokens'] as const
export const tokenMeasures: readonly string[] = [...tokens, ...cacheTokens]
export const costMeasures: readonly string[] = ['input_cost', 'output_cost', 'total_cost']

/** What can be asked of each view, and how: in the words that MLflow's pages and clients ask in. */
const measures: Readonly<Record<View, Readonly<Record<string, Measure>>>> = {
  traces: {
    trace_count: { aggregations: count, dimensions: ['trace_name', 'trace_status'] },
    session_count: { aggregations: count, dimensions: [] },
    latency: { aggregations: size, dimensions: ['trace_name'] },
    ...all(tokenMeasures, { aggregations: amount, dimensions: ['trace_name'] }),
  },
  spans: {
    span_count: {
      aggregations: count,
      dimensions: ['span_name', 'span_type', 'span_status', ...models],
    },
    latency: { aggregations: size, dimensions: ['span_name', 'span_status'] },
    ...all(costMeasures, { aggregations: amount, dimensions: models }),
  },
  assessments: {
    assessment_count: {
      aggregations: count,
      dimensions: ['assessment_name', 'assessment_value'],
    },
    assessment_value: { aggregations: size, dimensions: ['assessment_name'] },
  },
}

function all(names: readonly string[], measure: Measure): Record<string, Measure> {
  return Object.fromEntries(names.map((name) => [name, measure]))
}

/** Refuses what has no meaning, such as the sum of latencies. */
export function checkMeasure(
  view: View,
  metric: string,
  asked: readonly Aggregation[],
  dimensions: readonly string[],
): void {
  const ofView = measures[view]
  const measure = Object.hasOwn(ofView, metric) ? ofView[metric] : undefined
  if (!measure) throw notOffered('metric_name', metric, Object.keys(ofView))
  for (const { kind, percentile } of asked) {
    if (!measure.aggregations.includes(kind)) {
      throw notOffered('aggregation_type', kind.toUpperCase(), measure.aggregations)
    }
    const isPercentile = kind === 'percentile'
    if (isPercentile !== (percentile !== undefined)) {
      const problem = isPercentile
        ? 'A percentile needs its percentile_value, between 0 and 100.'
        : `Only a percentile has a percentile_value, not ${kind.toUpperCase()}.`
      throw new TidemillError('bad_request', { problem })
    }
    if (percentile !== undefined && !(percentile >= 0 && percentile <= 100)) {
      const problem = `percentile_value is between 0 and 100, not ${percentile}.`
      throw new TidemillError('bad_request', { problem })
    }
  }
  for (const dimension of dimensions) {
    if (!measure.dimensions.includes(dimension)) {
      throw notOffered('dimension', dimension, measure.dimensions)
    }
  }
}

function notOffered(what: string, given: string, offered: readonly string[]): TidemillError {
  const choice = offered.length === 0 ? 'there are none here' : `one of ${offered.join(', ')}`
  const problem = `Invalid ${what} '${given.slice(0, 100)}': ${choice} is expected.`
  return new TidemillError('bad_request', { problem })
}
