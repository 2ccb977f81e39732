import { BinaryReader } from '@bufbuild/protobuf/wire'
import { TidemillError } from '#contract'
import type { Span } from '#tracking'
import { isJson, type Json } from '../../json.ts'

type Scalar = 'string' | 'bytes' | 'fixed64' | 'int32' | 'int64' | 'bool' | 'double'

interface Field {
  readonly name: string
  readonly type: Scalar | keyof typeof messages
  readonly repeated?: boolean
}

/**
 * What is read of OpenTelemetry's ExportTraceServiceRequest, by field number; what is not named is skipped.
 *
 * References: https://github.com/open-telemetry/opentelemetry-proto (trace/v1/trace.proto, common/v1/common.proto).
 */
const messages = {
  Request: { 1: { name: 'resourceSpans', type: 'ResourceSpans', repeated: true } },
  ResourceSpans: { 2: { name: 'scopeSpans', type: 'ScopeSpans', repeated: true } },
  ScopeSpans: { 2: { name: 'spans', type: 'Span', repeated: true } },
  Span: {
    1: { name: 'traceId', type: 'bytes' },
    2: { name: 'spanId', type: 'bytes' },
    3: { name: 'traceState', type: 'string' },
    4: { name: 'parentSpanId', type: 'bytes' },
    5: { name: 'name', type: 'string' },
    6: { name: 'kind', type: 'int32' },
    7: { name: 'startTimeUnixNano', type: 'fixed64' },
    8: { name: 'endTimeUnixNano', type: 'fixed64' },
    9: { name: 'attributes', type: 'KeyValue', repeated: true },
    11: { name: 'events', type: 'Event', repeated: true },
    13: { name: 'links', type: 'Link', repeated: true },
    15: { name: 'status', type: 'Status' },
  },
  Event: {
    1: { name: 'timeUnixNano', type: 'fixed64' },
    2: { name: 'name', type: 'string' },
    3: { name: 'attributes', type: 'KeyValue', repeated: true },
  },
  Link: {
    1: { name: 'traceId', type: 'bytes' },
    2: { name: 'spanId', type: 'bytes' },
    4: { name: 'attributes', type: 'KeyValue', repeated: true },
  },
  Status: { 2: { name: 'message', type: 'string' }, 3: { name: 'code', type: 'int32' } },
  KeyValue: { 1: { name: 'key', type: 'string' }, 2: { name: 'value', type: 'AnyValue' } },
  AnyValue: {
    1: { name: 'stringValue', type: 'string' },
    2: { name: 'boolValue', type: 'bool' },
    3: { name: 'intValue', type: 'int64' },
    4: { name: 'doubleValue', type: 'double' },
    5: { name: 'arrayValue', type: 'ArrayValue' },
    6: { name: 'kvlistValue', type: 'KeyValueList' },
    7: { name: 'bytesValue', type: 'bytes' },
  },
  ArrayValue: { 1: { name: 'values', type: 'AnyValue', repeated: true } },
  KeyValueList: { 1: { name: 'values', type: 'KeyValue', repeated: true } },
} as const satisfies Record<string, Record<number, { name: string; type: string; repeated?: true }>>

const scalars: Readonly<Record<Scalar, (reader: BinaryReader) => unknown>> = {
  string: (reader) => reader.string(),
  bytes: (reader) => Buffer.from(reader.bytes()).toString('base64'),
  fixed64: (reader) => String(reader.fixed64()),
  int32: (reader) => reader.int32(),
  int64: (reader) => String(reader.int64()),
  bool: (reader) => reader.bool(),
  double: (reader) => reader.double(),
}

const deepest = 60

/** A message as protobuf's JSON has it: identifiers in base64, integers of 64 bits as texts. */
function readMessage(
  reader: BinaryReader,
  length: number,
  type: keyof typeof messages,
  depth = 0,
): Record<string, unknown> {
  const end = reader.pos + length
  if (end > reader.len || depth > deepest) throw new RangeError('a message runs past its end')
  const fields: Readonly<Record<number, Field>> = messages[type]
  const found: Record<string, unknown> = {}
  const lists: Record<string, unknown[]> = {}
  while (reader.pos < end) {
    const [number, wire] = reader.tag()
    const field = fields[number]
    if (!field) {
      reader.skip(wire, number)
      continue
    }
    const value = isScalar(field.type)
      ? scalars[field.type](reader)
      : readMessage(reader, reader.uint32(), field.type, depth + 1)
    if (field.repeated !== true) found[field.name] = value
    else (lists[field.name] ??= []).push(value)
  }
  return { ...found, ...lists }
}

function isScalar(type: Field['type']): type is Scalar {
  return Object.hasOwn(scalars, type)
}

/** The spans of an export, in protobuf or in JSON. */
export function readSpans(body: Uint8Array, type: string): readonly Span[] {
  const inJson = type.startsWith('application/json')
  if (!inJson && !type.startsWith('application/x-protobuf')) {
    const problem = `Spans come as application/x-protobuf or application/json, not ${type}.`
    throw new TidemillError('bad_request', { problem })
  }
  const raw = inJson ? readJson(body) : readProtobuf(body)
  const spans = listIn(raw, 'resourceSpans').flatMap((resource) =>
    listIn(resource, 'scopeSpans').flatMap((scope) => listIn(scope, 'spans')),
  )
  if (spans.length === 0) throw badSpans('there are none in it')
  return spans.map(spanOf)
}

function spanOf(raw: Json): Span {
  const [trace, id] = [bytesIn(raw, 'traceId', 16), bytesIn(raw, 'spanId', 8)]
  const [start, end] = [timeIn(raw, 'startTimeUnixNano'), timeIn(raw, 'endTimeUnixNano')]
  for (const list of ['events', 'links'])
    listIn(raw, list).map((each) => listIn(each, 'attributes'))
  return {
    trace: `tr-${trace.toString('hex')}`,
    id: id.toString('hex'),
    name: textIn(raw, 'name'),
    type: typeOf(raw),
    status: statusOf(raw),
    startedAt: millisOf(start),
    ...(millisOf(end) === 0 ? {} : { endedAt: millisOf(end) }),
    isRoot: textIn(raw, 'parentSpanId') === '',
    body: {
      ...raw,
      ...(raw.startTimeUnixNano === undefined ? {} : { startTimeUnixNano: start }),
      ...(raw.endTimeUnixNano === undefined ? {} : { endTimeUnixNano: end }),
    },
  }
}

function listIn(of: Json, name: string): readonly Json[] {
  const list = of[name] ?? []
  if (Array.isArray(list) && list.every(isJson)) return list
  throw badSpans(`${name} is no list of objects`)
}

function textIn(of: Json, name: string): string {
  const text = of[name] ?? ''
  if (typeof text === 'string') return text
  throw badSpans(`${name} is no text`)
}

/** A time in nanoseconds as a text. Some write a number, which is past what a float holds exactly: it loses less than a microsecond. */
function timeIn(of: Json, name: string): string {
  const nanos = of[name] ?? '0'
  const text = typeof nanos === 'number' && Number.isInteger(nanos) ? String(BigInt(nanos)) : nanos
  if (typeof text === 'string' && /^\d{1,20}$/.test(text)) return text
  throw badSpans(`${name} is no time in nanoseconds`)
}

function millisOf(nanos: string): number {
  return Number(BigInt(nanos) / 1_000_000n)
}

function bytesIn(of: Json, name: string, length: number): Buffer {
  const bytes = Buffer.from(textIn(of, name), 'base64')
  if (bytes.length === length) return bytes
  throw badSpans(`an identifier is not ${length} bytes long`)
}

/** MLflow's clients write what a span is as JSON into an attribute. */
function typeOf(raw: Json): string {
  const own = listIn(raw, 'attributes').find(({ key }) => key === 'mlflow.spanType')?.value
  return isJson(own) && typeof own.stringValue === 'string'
    ? own.stringValue.replaceAll('"', '')
    : 'UNKNOWN'
}

function statusOf({ status }: Json): string {
  const code = isJson(status) ? status.code : undefined
  if (code === 1 || code === 'STATUS_CODE_OK') return 'OK'
  return code === 2 || code === 'STATUS_CODE_ERROR' ? 'ERROR' : 'UNSET'
}

function readProtobuf(body: Uint8Array): Json {
  try {
    return readMessage(new BinaryReader(body), body.length, 'Request')
  } catch (error) {
    throw badSpans('they are no protobuf of it', error)
  }
}

/** In JSON identifiers are hexadecimal, where protobuf's own JSON would have base64. */
function readJson(body: Uint8Array): Json {
  let read: unknown
  try {
    read = JSON.parse(Buffer.from(body).toString(), (key, value: unknown) =>
      ['traceId', 'spanId', 'parentSpanId'].includes(key) && typeof value === 'string'
        ? Buffer.from(value, 'hex').toString('base64')
        : value,
    )
  } catch (error) {
    throw badSpans('they are no JSON', error)
  }
  if (isJson(read)) return read
  throw badSpans('they are no object')
}

function badSpans(problem: string, cause?: unknown): TidemillError {
  return new TidemillError(
    'bad_request',
    { problem: `The spans cannot be read as OpenTelemetry's: ${problem}.` },
    cause,
  )
}
