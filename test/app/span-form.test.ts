import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spansIn } from '../../src/app/borders/mlflow/span-file.ts'
import { otlpSpan } from '../../src/app/mlflow-copy/span-form.ts'

test('identifiers of spans are read in each form that MLflow writes, base64 that begins with 0x too', () => {
  const ids = {
    'ySD0uTmGrIY=': 'c920f4b93986ac86',
    '0x4AAAAAAAA=': Buffer.from('0x4AAAAAAAA=', 'base64').toString('hex'),
    '0xc920f4b93986ac86': 'c920f4b93986ac86',
    C920F4B93986AC86: 'c920f4b93986ac86',
    [`tr-${'ab'.repeat(16)}`]: 'ab'.repeat(16),
  }
  for (const [written, hex] of Object.entries(ids))
    assert.equal(otlpSpan({ trace_id: written, span_id: written }).spanId, hex, written)
})

test('spans of MLflow 2’s clients are copied with their times, their state and what they stand under', () => {
  const [span] = spansIn(`{"spans": [{
    "name": "inner", "context": {"span_id": "0x00000000000000bb", "trace_id": "0x${'ab'.repeat(16)}"},
    "parent_id": "0x00000000000000aa", "start_time": 1769860800000000001, "end_time": 1769860800000000009,
    "status_code": "ERROR", "status_message": "no", "attributes": {"mlflow.spanInputs": "{\\"q\\": 1}"},
    "events": [{"name": "said", "timestamp": 1769860800000000003, "attributes": {"n": 1}}]
  }]}`)
  assert.deepEqual(otlpSpan(span ?? {}), {
    traceId: 'ab'.repeat(16),
    spanId: '00000000000000bb',
    parentSpanId: '00000000000000aa',
    name: 'inner',
    startTimeUnixNano: '1769860800000000001',
    endTimeUnixNano: '1769860800000000009',
    attributes: [
      {
        key: 'mlflow.spanInputs',
        value: { kvlistValue: { values: [{ key: 'q', value: { intValue: '1' } }] } },
      },
    ],
    status: { code: 2, message: 'no' },
    events: [
      {
        name: 'said',
        timeUnixNano: '1769860800000000003',
        attributes: [{ key: 'n', value: { intValue: '1' } }],
      },
    ],
    links: [],
  })
})

test('numbers that are not whole break no file of spans, and what a text says of times stays as it is', () => {
  const said = '{"timestamp": 1769860800000000003}'
  const inputs = JSON.stringify(said)
  const [odd, even] = spansIn(`{"spans": [
    {"start_time_unix_nano": 1700000000000000.5, "end_time_unix_nano": 17000000000000000e2},
    {"start_time_unix_nano": 1769860800000000001, "attributes": {"mlflow.spanInputs": ${inputs}}}
  ]}`)
  assert.deepEqual(odd, {
    start_time_unix_nano: 1700000000000000.5,
    end_time_unix_nano: 1_700_000_000_000_000_000,
  })
  assert.deepEqual(even, {
    start_time_unix_nano: '1769860800000000001',
    attributes: { 'mlflow.spanInputs': said },
  })
})
