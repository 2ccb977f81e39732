const hour = 3_600_000
const day = 24 * hour

/** Up to how long ago runs may be started that a table shows, as MLflow's page has it. */
export const spans = [
  { id: '1h', name: 'Last hour', ms: hour },
  { id: '24h', name: 'Last 24 hours', ms: day },
  { id: '7d', name: 'Last 7 days', ms: 7 * day },
  { id: '30d', name: 'Last 30 days', ms: 30 * day },
  { id: '365d', name: 'Last year', ms: 365 * day },
] as const

export type Span = (typeof spans)[number]['id']

const minute = 60_000

export function isSpan(text: string | undefined): text is Span {
  return spans.some(({ id }) => id === text)
}

/** The filter, and that runs were started since; to whole minutes, so that it stays the same question for a while. */
export function withSince(filter: string, since: Span | undefined, now = Date.now()): string {
  const span = spans.find(({ id }) => id === since)
  if (span === undefined) return filter
  const from = Math.floor((now - span.ms) / minute) * minute
  const started = `start_time >= ${from}`
  return filter === '' ? started : `(${filter}) AND ${started}`
}
