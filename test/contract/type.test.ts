import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type as Typebox } from 'typebox'
import { Compile } from 'typebox/compile'
import { Type } from '#contract'

type Builders = Pick<typeof Typebox, keyof typeof Type>

/** One shape with every builder in it, with options and without. */
function everything(by: Builders) {
  const name = by.String({ minLength: 1, pattern: '^[a-z]+$', description: 'a name' })
  const cell = by.Union([by.Number(), by.Boolean(), by.Null()], { description: 'a cell' })
  return by.Object(
    {
      name,
      count: by.Optional(by.Integer({ minimum: 0 })),
      ratio: by.Number({ maximum: 1 }),
      list: by.Array(by.Optional(name), { maxItems: 3 }),
      cells: by.Record(by.String(), cell),
      byName: by.Record(name, by.Unknown(), { maxProperties: 2 }),
      kind: by.Enum(['a', 'b'], { description: 'a kind' }),
      done: by.Literal(true),
      none: by.Optional(by.Object({ all: by.Optional(by.String()) })),
    },
    { additionalProperties: false },
  )
}

test('shapes are the JSON Schema that typebox’s own builders make', () => {
  assert.equal(JSON.stringify(everything(Type)), JSON.stringify(everything(Typebox)))
})

test('a shape is checked as one of typebox’s own is, with the same words', () => {
  const [own, theirs] = [Compile(everything(Type)), Compile(everything(Typebox))]
  const good = {
    name: 'a',
    ratio: 0.5,
    list: ['b'],
    cells: { x: 1, y: null },
    byName: { a: {} },
    kind: 'b',
    done: true,
  }
  const wrong: readonly object[] = [
    {},
    { ...good, name: 'A' },
    { ...good, count: -1 },
    { ...good, list: ['a', 'b', 'c', 'd'] },
    { ...good, cells: { x: 'no cell' } },
    { ...good, byName: { A: 1 } },
    { ...good, kind: 'c' },
    { ...good, done: false },
    { ...good, none: { all: 5 } },
    { ...good, more: 1 },
  ]
  assert.equal(own.Check(good), true)
  for (const value of wrong) {
    assert.equal(own.Check(value), theirs.Check(value), JSON.stringify(value))
    assert.deepEqual(own.Errors(value), theirs.Errors(value))
  }
})
