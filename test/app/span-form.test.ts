import assert from 'node:assert/strict'
import { test } from 'node:test'
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
