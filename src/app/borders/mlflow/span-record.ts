import type { SpanDetail, SpanLine, Tokens } from '#contract'
import { isJson, jsonList, type Json } from '../../json.ts'

/** Spans as waterfalls have them, from what OTLP brought or from the file that MLflow's clients write instead. */
export function spanLines(bodies: readonly Json[]): readonly SpanLine[] {
  const zero = firstStart(bodies)
  return bodies
    .map((body) => lineOf(body, zero))
    .toSorted((a, b) => a.start - b.start || (b.duration ?? 0) - (a.duration ?? 0))
}

/** One span with all that was recorded of it. */
export function spanDetail(
  bodies: readonly Json[],
  id: string,
): Omit<SpanDetail, 'attachments'> | undefined {
  const body = bodies.find((each) => idOf(each, 'spanId', 'span_id') === id)
  if (body === undefined) return undefined
  const zero = firstStart(bodies)
  const all = attributesOf(body)
  const {
    'mlflow.spanInputs': inputs,
    'mlflow.spanOutputs': outputs,
    'mlflow.spanType': _,
    'mlflow.chat.tokenUsage': usage,
    ...attributes
  } = all
  const tokens = tokensOf(usage)
  return {
    ...lineOf(body, zero),
    ...(inputs === undefined ? {} : { inputs }),
    ...(outputs === undefined ? {} : { outputs }),
    ...(tokens === undefined ? {} : { tokens }),
    attributes,
    events: jsonList(body.events).map((event) => ({
      name: textOf(event.name) ?? '',
      at: milliseconds(nanosOf(event.timeUnixNano ?? event.time_unix_nano) - zero),
      attributes: attributesOf(event),
    })),
  }
}

/** Counts of tokens as MLflow's clients write them. */
export function tokensOf(value: unknown): Tokens | undefined {
  const given = typeof value === 'string' ? parsed(value) : value
  if (!isJson(given)) return undefined
  const [input, output] = [Number(given.input_tokens ?? 0), Number(given.output_tokens ?? 0)]
  const total = Number(given.total_tokens ?? input + output)
  return [input, output, total].every(Number.isSafeInteger) ? { input, output, total } : undefined
}

function firstStart(bodies: readonly Json[]): bigint {
  let first: bigint | undefined
  for (const body of bodies) {
    const start = startOf(body)
    if (first === undefined || start < first) first = start
  }
  return first ?? 0n
}

function lineOf(body: Json, zero: bigint): SpanLine {
  const end = nanosOf(body.endTimeUnixNano ?? body.end_time_unix_nano)
  const start = startOf(body)
  const parent = idOf(body, 'parentSpanId', 'parent_span_id')
  const status = isJson(body.status) ? body.status : {}
  const message = textOf(status.message) ?? ''
  const kind = textOf(attributeOf(body, 'mlflow.spanType'))
  return {
    id: idOf(body, 'spanId', 'span_id') ?? '',
    ...(parent === undefined ? {} : { parent }),
    name: textOf(body.name) ?? '',
    ...(kind === undefined || kind === 'UNKNOWN' ? {} : { kind }),
    start: milliseconds(start - zero),
    ...(end < start ? {} : { duration: milliseconds(end - start) }),
    state: stateOf(status.code),
    ...(message === '' ? {} : { message }),
  }
}

function stateOf(code: unknown): SpanLine['state'] {
  if (code === 2 || String(code).endsWith('ERROR')) return 'error'
  return code === 1 || String(code).endsWith('OK') ? 'ok' : 'unset'
}

function startOf(body: Json): bigint {
  return nanosOf(body.startTimeUnixNano ?? body.start_time_unix_nano)
}

/** In whole microseconds, which a number of milliseconds holds exactly enough. */
function milliseconds(nanos: bigint): number {
  return Number(nanos / 1000n) / 1000
}

function nanosOf(value: unknown): bigint {
  if (typeof value === 'number' && Number.isFinite(value)) return BigInt(Math.trunc(value))
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : 0n
}

/** Identifiers are base64 here and hexadecimal for people; 0 is none. */
function idOf(body: Json, ...names: readonly string[]): string | undefined {
  const text = names.map((name) => textOf(body[name])).find((each) => each !== undefined)
  if (text === undefined || text === '') return undefined
  const hex = /^(0x)?[0-9a-f]{16}$/i.test(text)
    ? text.replace(/^0x/i, '')
    : Buffer.from(text, 'base64').toString('hex')
  return /^0*$/.test(hex) ? undefined : hex
}

function attributeOf(body: Json, key: string): unknown {
  const { attributes } = body
  if (!Array.isArray(attributes)) return isJson(attributes) ? unpacked(attributes[key]) : undefined
  const found = jsonList(attributes).find((each) => each.key === key)
  return found === undefined ? undefined : unpacked(valueOf(found.value))
}

function attributesOf(body: Json): Record<string, unknown> {
  const { attributes } = body
  const pairs = Array.isArray(attributes)
    ? jsonList(attributes).map((each) => [textOf(each.key) ?? '', valueOf(each.value)] as const)
    : Object.entries(isJson(attributes) ? attributes : {})
  return Object.fromEntries(pairs.map(([key, value]) => [key, unpacked(value)]))
}

/** A value of OpenTelemetry's, which says its type by the field it is in. */
function valueOf(value: unknown): unknown {
  if (!isJson(value)) return value
  if ('stringValue' in value) return value.stringValue
  if ('boolValue' in value) return value.boolValue
  if ('intValue' in value) return Number(value.intValue)
  if ('doubleValue' in value) return value.doubleValue
  if ('bytesValue' in value) return value.bytesValue
  if (isJson(value.arrayValue)) return rawList(value.arrayValue.values).map(valueOf)
  if (isJson(value.kvlistValue)) {
    const entries = jsonList(value.kvlistValue.values)
    return Object.fromEntries(entries.map((each) => [textOf(each.key) ?? '', valueOf(each.value)]))
  }
  return value
}

/** MLflow's clients write each value of an attribute as JSON in a text. */
function unpacked(value: unknown): unknown {
  return typeof value === 'string' ? (parsed(value) ?? value) : value
}

function parsed(text: string): unknown {
  if (!/^[[{"\d-]|^(?:true|false|null)$/.test(text)) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function rawList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
