import { nanos } from './trace-metrics/span-facts.ts'

type Json = Readonly<Record<string, unknown>>

/** As MLflow answers: spans without a parent first, then each by when it began, to the nanosecond. */
export function inOrder(spans: readonly Json[]): readonly Json[] {
  const places = new Map(spans.map((span) => [span, placeOf(span)]))
  return spans.toSorted((a, b) => {
    const [one, other] = [places.get(a) ?? first, places.get(b) ?? first]
    if (one.isRoot !== other.isRoot) return one.isRoot ? -1 : 1
    return one.start < other.start ? -1 : one.start > other.start ? 1 : 0
  })
}

const first = { isRoot: true, start: 0n }

function placeOf({ parentSpanId, startTimeUnixNano }: Json): typeof first {
  return {
    isRoot: parentSpanId === undefined || parentSpanId === null || parentSpanId === '',
    start: nanos(startTimeUnixNano) ?? 0n,
  }
}
