type Json = Readonly<Record<string, unknown>>

/** What spans are measured by, as columns beside their JSON: those hold whole conversations. */
export const spanFactColumns = [
  'duration',
  'model',
  'provider',
  'input_cost',
  'output_cost',
  'total_cost',
] as const

/** The values of those columns, from a span of OpenTelemetry's with the attributes that MLflow's clients set. */
export function spanFacts(body: Json): readonly (number | string | null)[] {
  const cost = attribute(body, 'mlflow.llm.cost')
  const costOf = (name: string): number | null => {
    const value = isJson(cost) ? cost[name] : undefined
    return typeof value === 'number' && Number.isFinite(value) ? value : null
  }
  return [
    durationOf(body),
    shortText(attribute(body, 'mlflow.llm.model')),
    shortText(attribute(body, 'mlflow.llm.provider')),
    ...(['input_cost', 'output_cost', 'total_cost'] as const).map(costOf),
  ]
}

function durationOf({ startTimeUnixNano, endTimeUnixNano }: Json): number | null {
  const [start, end] = [nanos(startTimeUnixNano), nanos(endTimeUnixNano)]
  return start === undefined || end === undefined ? null : Number((end - start) / 1_000_000n)
}

/** Protobuf's JSON has them as texts, and lets others write numbers. */
export function nanos(value: unknown): bigint | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return BigInt(value)
  return typeof value === 'string' && /^\d{1,20}$/.test(value) ? BigInt(value) : undefined
}

/** A text is JSON or stands for itself; what had fields is a list of keys and values. */
function attribute({ attributes }: Json, key: string): unknown {
  const value = entry(attributes, key)
  const list = isJson(value?.kvlistValue) ? value.kvlistValue.values : undefined
  if (Array.isArray(list)) {
    return Object.fromEntries(
      list.filter(isJson).map((each) => [String(each.key), numberOf(entry(list, each.key))]),
    )
  }
  const text = value?.stringValue
  if (typeof text !== 'string') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function entry(list: unknown, key: unknown): Json | undefined {
  if (!Array.isArray(list)) return undefined
  const own = list.filter(isJson).find((each) => each.key === key)?.value
  return isJson(own) ? own : undefined
}

function numberOf(value: Json | undefined): unknown {
  return value?.doubleValue ?? (value?.intValue === undefined ? undefined : Number(value.intValue))
}

function shortText(value: unknown): string | null {
  // PostgreSQL keeps no text with a zero in it.
  const text = typeof value === 'string' ? value.replaceAll('\0', '').slice(0, 250) : ''
  return text === '' ? null : text
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
