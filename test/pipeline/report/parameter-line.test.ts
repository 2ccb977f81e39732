import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reasonLine } from '#pipeline'
import type { Plain } from '../../../src/pipeline/values/plain.ts'

const line = (old: Plain, now: Plain): string =>
  reasonLine({ kind: 'param', path: 'params.yaml:train', old, new: now, state: 'modified' })

test('of a section of parameters the reason names what differs in it, and not the whole section twice', () => {
  const old = { lr: 0.1, net: { depth: 3, width: 8 }, seed: 1 }
  assert.equal(
    line(old, { ...old, net: { depth: 4, width: 8 } }),
    'the parameter params.yaml:train.net.depth changed from 3 to 4',
  )
  assert.equal(
    line(old, { ...old, lr: 0.2, warm: true }),
    'the parameter params.yaml:train changed: lr from 0.1 to 0.2, warm is new: true',
  )
  assert.equal(
    line(old, { lr: 0.1, net: old.net }),
    'the parameter params.yaml:train.seed is gone: 1',
  )
  assert.equal(
    line({ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 }, { a: 2, b: 2, c: 2, d: 2, e: 2, f: 2 }),
    'the parameter params.yaml:train changed: a from 1 to 2, b from 1 to 2, c from 1 to 2, d from 1 to 2 and 2 more',
  )
})

test('a parameter that is no section, or was none, is told whole', () => {
  assert.equal(line([1, 2], [1, 3]), 'the parameter params.yaml:train changed from [1,2] to [1,3]')
  assert.equal(line(3, { a: 1 }), 'the parameter params.yaml:train changed from 3 to {"a":1}')
})
