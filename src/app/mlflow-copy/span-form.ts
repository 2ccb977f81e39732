import { isJson, jsonList, type Json } from '../json.ts'

/**
 * A span as OTLP's JSON has it, from either form MLflow keeps them in: protobuf's JSON with attributes as a list, or its own with
 * attributes as an object of texts.
 */
export function otlpSpan(span: Json): Json {
  const { attributes, events, links, ...rest } = camel(span) as Json
  const parent = hexOf(rest.parentSpanId)
  return {
    traceId: hexOf(rest.traceId),
    spanId: hexOf(rest.spanId),
    ...(parent === '' ? {} : { parentSpanId: parent }),
    name: rest.name,
    ...(rest.kind === undefined ? {} : { kind: rest.kind }),
    startTimeUnixNano: String(rest.startTimeUnixNano ?? 0),
    endTimeUnixNano: String(rest.endTimeUnixNano ?? rest.startTimeUnixNano ?? 0),
    attributes: pairsOf(attributes),
    status: statusOf(rest.status),
    events: jsonList(events).map((event) => ({
      name: event.name,
      timeUnixNano: String(event.timeUnixNano ?? event.timestamp ?? 0),
      attributes: pairsOf(event.attributes),
    })),
    links: jsonList(links).map((link) => ({
      traceId: hexOf(link.traceId),
      spanId: hexOf(link.spanId),
      attributes: pairsOf(link.attributes),
    })),
  }
}

const states = ['UNSET', 'OK', 'ERROR']

function statusOf(status: unknown): Json {
  const { code, message } = isJson(status) ? status : {}
  // Some clients of MLflow leave out the beginning.
  const own =
    typeof code === 'number' ? code : states.indexOf(String(code).replace('STATUS_CODE_', ''))
  return { code: Math.max(0, own), ...(typeof message === 'string' ? { message } : {}) }
}

/** Names as protobuf's JSON has them; keys of attributes stay, as they are values in lists or fields of an own form. */
function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel)
  if (!isJson(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, own]) => [
      name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      name === 'attributes' && isJson(own) ? own : camel(own),
    ]),
  )
}

function pairsOf(attributes: unknown): readonly unknown[] {
  if (Array.isArray(attributes)) return attributes
  return fieldsOf(isJson(attributes) ? attributes : {}, read)
}

function fieldsOf(fields: Json, own: (value: unknown) => unknown): readonly Json[] {
  return Object.entries(fields).map(([key, value]) => ({ key, value: valueOf(own(value)) }))
}

/** In the own form each attribute is JSON in a text. */
function read(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value) as unknown
  } catch {
    return value
  }
}

function valueOf(value: unknown): Json {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(valueOf) } }
  return isJson(value) ? { kvlistValue: { values: fieldsOf(value, (each) => each) } } : {}
}

/** Identifiers are base64, hexadecimal with or without `0x`, or a trace's own `tr-…`. */
function hexOf(id: unknown): string {
  const text = String(id ?? '')
  // Base64 may begin with 0x as well; the identifiers of spans are shorter in it than in hexadecimal.
  const hex = /^(?:0x|tr-)?([0-9a-f]{16}|[0-9a-f]{32})$/i.exec(text)?.[1]
  return hex?.toLowerCase() ?? Buffer.from(text, 'base64').toString('hex')
}
