import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSpans } from '../../src/app/borders/mlflow/otlp.ts'
import { withCode } from '../auth/support/open-test-auth.ts'

const good = { traceId: '0'.repeat(31) + '1', spanId: '0'.repeat(15) + '1', name: 's' }
const request = (span: object): object => ({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })
const read = (body: unknown) => readSpans(Buffer.from(JSON.stringify(body)), 'application/json')

test('spans in JSON that are not what OpenTelemetry says are a mistake of whoever sent them', () => {
  const wrong: readonly unknown[] = [
    ...[null, 7, [], {}, { resourceSpans: {} }, { resourceSpans: [null] }],
    ...[{ resourceSpans: [{ scopeSpans: 7 }] }, request({}), request({ ...good, traceId: 7 })],
    ...[1.5, 'abc', -1, {}, '1'.repeat(30)].flatMap((time) => [
      request({ ...good, startTimeUnixNano: time }),
      request({ ...good, endTimeUnixNano: time }),
    ]),
    ...[7, {}, [null], 'x'].flatMap((list) => [
      request({ ...good, attributes: list }),
      request({ ...good, events: list }),
      request({ ...good, links: list }),
    ]),
    ...[request({ ...good, name: 7 }), request({ ...good, parentSpanId: {} })],
    request({ ...good, events: [{ attributes: 7 }] }),
  ]
  for (const body of wrong) {
    assert.throws(() => read(body), withCode('bad_request'), JSON.stringify(body))
  }
})

test('a span in JSON is read with its times, its parent and how it ended', () => {
  const times = { startTimeUnixNano: '1700000000123456789', endTimeUnixNano: 1.700000001e18 }
  const [root] = read(request({ ...good, ...times, status: { code: 2 } }))
  assert.deepEqual(
    [root?.startedAt, root?.endedAt, root?.isRoot, root?.status, root?.type],
    [1_700_000_000_123, 1_700_000_001_000, true, 'ERROR', 'UNKNOWN'],
  )
  assert.equal(root?.body.endTimeUnixNano, '1700000001000000000')
  const [child] = read(request({ ...good, parentSpanId: good.spanId }))
  assert.equal(child?.isRoot, false)
})
