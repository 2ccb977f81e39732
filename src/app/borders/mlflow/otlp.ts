import protobuf from 'protobufjs'
import { TidemillError } from '#contract'
import type { Span } from '#tracking'

/**
 * What is read of OpenTelemetry's ExportTraceServiceRequest; fields that are not named here are skipped.
 *
 * References: https://github.com/open-telemetry/opentelemetry-proto (trace/v1/trace.proto, common/v1/common.proto).
 */
const field = (type: string, id: number, repeated = false): object => ({
  type,
  id,
  ...(repeated ? { rule: 'repeated' } : {}),
})

const root = protobuf.Root.fromJSON({
  nested: {
    Request: { fields: { resourceSpans: field('ResourceSpans', 1, true) } },
    ResourceSpans: {
      fields: { resource: field('Resource', 1), scopeSpans: field('ScopeSpans', 2, true) },
    },
    Resource: { fields: { attributes: field('KeyValue', 1, true) } },
    ScopeSpans: { fields: { spans: field('Span', 2, true) } },
    Span: {
      fields: {
        traceId: field('bytes', 1),
        spanId: field('bytes', 2),
        traceState: field('string', 3),
        parentSpanId: field('bytes', 4),
        name: field('string', 5),
        kind: field('int32', 6),
        startTimeUnixNano: field('fixed64', 7),
        endTimeUnixNano: field('fixed64', 8),
        attributes: field('KeyValue', 9, true),
        events: field('Event', 11, true),
        links: field('Link', 13, true),
        status: field('Status', 15),
      },
    },
    Event: {
      fields: {
        timeUnixNano: field('fixed64', 1),
        name: field('string', 2),
        attributes: field('KeyValue', 3, true),
      },
    },
    Link: {
      fields: {
        traceId: field('bytes', 1),
        spanId: field('bytes', 2),
        attributes: field('KeyValue', 4, true),
      },
    },
    Status: { fields: { message: field('string', 2), code: field('int32', 3) } },
    KeyValue: { fields: { key: field('string', 1), value: field('AnyValue', 2) } },
    AnyValue: {
      oneofs: {
        value: {
          oneof: [
            'stringValue',
            'boolValue',
            'intValue',
            'doubleValue',
            'arrayValue',
            'kvlistValue',
            'bytesValue',
          ],
        },
      },
      fields: {
        stringValue: field('string', 1),
        boolValue: field('bool', 2),
        intValue: field('int64', 3),
        doubleValue: field('double', 4),
        arrayValue: field('ArrayValue', 5),
        kvlistValue: field('KeyValueList', 6),
        bytesValue: field('bytes', 7),
      },
    },
    ArrayValue: { fields: { values: field('AnyValue', 1, true) } },
    KeyValueList: { fields: { values: field('KeyValue', 1, true) } },
  },
} as protobuf.INamespace)

const request = root.lookupType('Request')

interface RawSpan {
  readonly traceId?: string
  readonly spanId?: string
  readonly parentSpanId?: string
  readonly name?: string
  readonly startTimeUnixNano?: string
  readonly [field: string]: unknown
}

interface RawRequest {
  readonly resourceSpans?: readonly {
    readonly scopeSpans?: readonly { readonly spans?: readonly RawSpan[] }[]
  }[]
}

/** The spans of an export, in protobuf or in JSON. */
export function readSpans(body: Uint8Array, type: string): readonly Span[] {
  const isJson = type.startsWith('application/json')
  if (!isJson && !type.startsWith('application/x-protobuf')) {
    const problem = `Spans come as application/x-protobuf or application/json, not ${type}.`
    throw new TidemillError('bad_request', { problem })
  }
  const raw = isJson ? readJson(body) : readProtobuf(body)
  const spans = (raw.resourceSpans ?? []).flatMap((resource) =>
    (resource.scopeSpans ?? []).flatMap((scope) => scope.spans ?? []),
  )
  if (spans.length === 0) throw badSpans('there are none in it')
  return spans.map(spanOf)
}

function spanOf(raw: RawSpan): Span {
  const [trace, id] = [bytesOf(raw.traceId, 16), bytesOf(raw.spanId, 8)]
  const nanos = BigInt(raw.startTimeUnixNano ?? 0)
  return {
    trace: `tr-${trace.toString('hex')}`,
    id: id.toString('hex'),
    name: raw.name ?? '',
    startedAt: Number(nanos / 1_000_000n),
    body: raw,
  }
}

function bytesOf(base64: string | undefined, length: number): Buffer {
  const bytes = Buffer.from(base64 ?? '', 'base64')
  if (bytes.length === length) return bytes
  throw badSpans(`an identifier is not ${length} bytes long`)
}

function readProtobuf(body: Uint8Array): RawRequest {
  try {
    return request.toObject(request.decode(body), { longs: String, bytes: String }) as RawRequest
  } catch (error) {
    throw badSpans('they are no protobuf of it', error)
  }
}

/** In JSON identifiers are hexadecimal, where protobuf's own JSON would have base64. */
function readJson(body: Uint8Array): RawRequest {
  try {
    return JSON.parse(Buffer.from(body).toString(), (key, value: unknown) =>
      ['traceId', 'spanId', 'parentSpanId'].includes(key) && typeof value === 'string'
        ? Buffer.from(value, 'hex').toString('base64')
        : value,
    ) as RawRequest
  } catch (error) {
    throw badSpans('they are no JSON', error)
  }
}

function badSpans(problem: string, cause?: unknown): TidemillError {
  return new TidemillError(
    'bad_request',
    { problem: `The spans cannot be read as OpenTelemetry's: ${problem}.` },
    cause,
  )
}
