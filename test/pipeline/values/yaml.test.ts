import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { TidemillError } from '#contract'
import { pythonJson } from '../../../src/pipeline/values/python-json.ts'
import { readJson } from '../../../src/pipeline/values/read-json.ts'
import { readPlainYaml } from '../../../src/pipeline/values/read-plain-yaml.ts'
import { readYaml } from '../../../src/pipeline/values/read-yaml.ts'
import { isMap, valuesIdentical, type Value } from '../../../src/pipeline/values/value.ts'
import { writeYaml } from '../../../src/pipeline/values/write-yaml.ts'

const fixtures = new URL('../fixtures/', import.meta.url)

interface Vectors {
  readonly strings: readonly { readonly in: string; readonly yaml: string }[]
  readonly others: readonly { readonly py: string; readonly yaml: string; readonly json: string }[]
}
const vectors: Vectors = JSON.parse(readFileSync(new URL('vectors/yaml.json', fixtures), 'utf8'))

test('text is laid out as DVC does: plain where it reads back, else quoted, folded at 80', () => {
  for (const { in: text, yaml } of vectors.strings) {
    // DVC's writer adds blanks to these two, so that they read back wrong; ours escapes them
    const expected = text === '\u2028' ? 'k: "\\L"\n' : text === '\u0085' ? 'k: "\\N"\n' : yaml
    assert.equal(writeYaml(new Map([['k', text]])), expected)
  }
})

test('numbers, null and collections are laid out as DVC does', () => {
  for (const { yaml, json } of vectors.others) {
    const value = readJson(json, 'vector')
    assert.ok(isMap(value))
    assert.equal(writeYaml(value), yaml)
  }
})

test('JSON is written as Python writes it', () => {
  for (const { json } of vectors.others) assert.equal(pythonJson(readJson(json, 'vector')), json)
})

test('the layouts that DVC gives values, folds and all, are ours', () => {
  // 300 random values laid out by ruamel.yaml 0.19.1 through DVC 3.67.1, of those it reads back itself
  const recorded: readonly (readonly [string, string])[] = JSON.parse(
    readFileSync(new URL('yaml-layouts.json', fixtures), 'utf8'),
  )
  for (const [json, yaml] of recorded) {
    const value = readJson(json, 'recorded')
    assert.ok(isMap(value))
    assert.equal(writeYaml(value), yaml)
    assert.equal(pythonJson(readYaml(yaml, 'recorded').value), pythonJson(value))
  }
})

const scalar = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => !/[\ud800-\udfff]/u.test(text)),
  fc.stringMatching(/^[ a-z:#'"\n\t-]{0,200}$/),
  fc.constantFrom('yes', 'null', '1e5', '0x1f', '2024-01-01', '- a', '', '<<', '---'),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
)
const { tree } = fc.letrec<{ tree: Value }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.string({ maxLength: 20 }), tie('tree')), { maxLength: 4 })
      .map((entries) => new Map(entries)),
  ),
}))

test('what is written reads back as it was, of the same types, by both readers', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1, maxLength: 150 }), tree), (object) => {
      const value = new Map(Object.entries(object))
      const text = writeYaml(value)
      if (value.size === 0) return
      assert.ok(valuesIdentical(readYaml(text, 'written').value, value), text)
      const plain = readPlainYaml(text)
      assert.ok(plain === undefined || valuesIdentical(plain, value), text)
    }),
    { numRuns: 400 },
  )
})

test('an int, a float, a text and a truth stay what they are', () => {
  const { value } = readYaml('[1, 1.0, "1", 1_000, 0o17, 0x1F, 1e3, .inf, true, ~, yes, 017]', 'f')
  assert.deepEqual(value, [1n, 1, '1', 1000n, 15n, 31n, 1000, Infinity, true, null, 'yes', 17n])
})

test('anchors and merge keys are resolved', () => {
  const { value } = readYaml('a: &x {p: 1}\nb:\n  <<: *x\n  q: 2\n', 'f')
  assert.equal(pythonJson(value), '{"a": {"p": 1}, "b": {"p": 1, "q": 2}}')
})

test('wrong YAML is refused with its line and column', () => {
  for (const [text, line, column] of [
    ['stages:\n  a:\n    cmd: "x\n', 4, 1],
    ['a: 1\na: 2\n', 2, 1],
    ['when: 2024-01-01\n', 1, 7],
  ] as const) {
    assert.throws(
      () => readYaml(text, 'dvc.yaml'),
      (error: unknown) => {
        assert.ok(error instanceof TidemillError)
        assert.equal(error.code, 'pipeline_invalid')
        assert.deepEqual(
          [error.details.file, error.details.line, error.details.column],
          ['dvc.yaml', line, column],
        )
        return true
      },
    )
  }
})

test('JSON that is cut short or wrong is refused with its place', () => {
  for (const text of ['{"a": ', '[1,]', '{"a" 1}', '"\\q"', '01', '{"a": 1} x', 'nul']) {
    assert.throws(() => readJson(text, 'p.json'), /p\.json:\d+:\d+: /)
  }
})
