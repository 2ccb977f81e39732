import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { interpolate, TemplateError } from '../../../src/pipeline/definition/template.ts'
import { pythonJson } from '../../../src/pipeline/values/python-json.ts'
import { readJson } from '../../../src/pipeline/values/read-json.ts'
import { isList, isMap, type Value } from '../../../src/pipeline/values/value.ts'

const file = new URL('../fixtures/vectors/template.json', import.meta.url)

test('references resolve as in DVC, case by case of its own output', () => {
  const vectors = readJson(readFileSync(file, 'utf8'), 'template.json')
  assert.ok(isMap(vectors))
  const [context, cases] = [vectors.get('context'), vectors.get('vectors')]
  assert.ok(isMap(context) && isList(cases))
  let checked = 0
  for (const item of cases) {
    assert.ok(isMap(item))
    const [source, key, result] = [item.get('src'), item.get('key'), item.get('result')]
    const section = typeof key === 'string' ? key : undefined
    const resolve = (): Value => interpolate(source ?? null, context, section)
    if (typeof result === 'string' && result.startsWith('ERR')) {
      assert.throws(resolve, TemplateError, `${String(source)}`)
    } else assert.equal(pythonJson(resolve()), pythonJson(result ?? null), `${String(source)}`)
    checked += 1
  }
  assert.equal(checked, 26)
})

test('keys of maps are resolved too', () => {
  const context = new Map([['f', 'model.bin']])
  const source = [new Map([['${f}', new Map([['cache', false]])]])]
  assert.equal(
    pythonJson(interpolate(source, context, 'outs')),
    '[{"model.bin": {"cache": false}}]',
  )
})

test('options of a map can be spelled with --no- and repeated, as the configuration says', () => {
  const context = new Map([
    [
      'o',
      new Map<string, boolean | readonly bigint[]>([
        ['dry', false],
        ['n', [1n, 2n]],
      ]),
    ],
  ])
  const style = { bool: 'boolean_optional', list: 'append' } as const
  assert.equal(interpolate('x ${o}', context, 'cmd', style), 'x --no-dry --n 1 --n 2')
})
