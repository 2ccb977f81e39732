import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  readRequirement,
  requirementKindNames,
  requirementTexts,
  TidemillError,
  type Requirement,
} from '#contract'

const examples: { readonly [Kind in Requirement['kind']]: Extract<Requirement, { kind: Kind }> } = {
  metric: { kind: 'metric', metric: 'f1', min: 0.7, max: 1 },
  latency: { kind: 'latency', p99Ms: 20 },
  schema: { kind: 'schema' },
  mean_row: { kind: 'mean_row' },
  invariance: { kind: 'invariance', columns: ['a', 'b c'], factor: 1.1, tolerance: 0.05 },
  direction: { kind: 'direction', column: 'a', delta: -5, expect: 'never_raises' },
  not_worse: { kind: 'not_worse', metric: 'log_loss', margin: 0 },
}

test('a requirement of each kind is read from what people type as it was written', () => {
  for (const kind of requirementKindNames) {
    assert.deepEqual(readRequirement(kind, requirementTexts(examples[kind])), examples[kind])
  }
})

test('what was typed wrong is said by its field', () => {
  const problem = (kind: Requirement['kind'], texts: Readonly<Record<string, string>>): string => {
    try {
      return JSON.stringify(readRequirement(kind, texts))
    } catch (error) {
      return error instanceof TidemillError ? error.message : String(error)
    }
  }
  assert.match(problem('metric', { metric: 'f1' }), /Say the least or the most of f1/)
  assert.match(problem('metric', { metric: 'f1', min: '2', max: '1' }), /No f1 is at least 2 and/)
  assert.match(problem('metric', { metric: 'f1', min: 'high' }), /min is a number, not "high"/)
  assert.match(problem('metric', { metric: 'f1', min: '1', delta: '2' }), /metric has no delta/)
  assert.match(problem('latency', { p99Ms: ' ' }), /latency needs p99Ms/)
  const column = { column: 'a', delta: '1', expect: 'falls' }
  assert.match(problem('direction', column), /never_lowers, never_raises, not "falls"/)
  assert.equal(
    problem('metric', { metric: ' f1 ', max: '1', min: '' }),
    '{"kind":"metric","metric":"f1","max":1}',
  )
})
