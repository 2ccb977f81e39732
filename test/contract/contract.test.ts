import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  allOperations,
  catalogue,
  digestFromHex,
  hexOf,
  isDigest,
  newId,
  pathParameters,
  permissions,
  TidemillError,
} from '#contract'

test('a digest is sha256 and 64 hex digits, and gives its hex back', () => {
  const hex = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  assert.equal(hexOf(digestFromHex(hex)), hex)
  assert.ok(isDigest(`sha256:${hex}`))
  assert.ok(!isDigest(`sha256:${hex.toUpperCase()}`))
  assert.throws(() => digestFromHex('abc'))
})

test('identifiers sort by the time they were made', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 45), fc.nat(2 ** 45), (a, b) => {
      const [early, late] = a < b ? [a, b] : [b, a]
      if (early === late) return
      assert.ok(newId(early) < newId(late))
    }),
  )
})

test('ten thousand identifiers of one millisecond differ', () => {
  const made = new Set(Array.from({ length: 10_000 }, () => newId(1_700_000_000_000)))
  assert.equal(made.size, 10_000)
})

test('an error says what is wrong and what to do, with the details filled in', () => {
  const error = new TidemillError('not_found', { kind: 'dataset', name: 'iris' })
  assert.equal(error.message, 'There is no dataset iris.')
  assert.equal(error.status, 404)
  assert.match(error.hint, /spelling/)
})

test('every message of the catalogue is a sentence and every hint too, and there is none where the message says what to do', () => {
  for (const [code, row] of Object.entries(catalogue)) {
    assert.match(row.message, /[.}!]$/, code)
    assert.match(row.hint, code === 'bad_request' ? /^$/ : /[.)]$/, code)
    assert.ok(row.status >= 400 && row.status < 600, code)
  }
})

test('every operation has a name, a path and a permission of its own kind', () => {
  const names = new Set<string>()
  const routes = new Set<string>()
  for (const each of allOperations) {
    assert.ok(!names.has(each.name), `${each.name} is declared twice`)
    names.add(each.name)
    const route = `${each.method} ${each.path}`
    assert.ok(!routes.has(route), `${route} is declared twice`)
    routes.add(route)
    assert.ok(
      each.permission === 'public' || permissions.includes(each.permission),
      `${each.name} asks for ${each.permission}`,
    )
    assert.ok(each.path.startsWith('/api/'), each.name)
  }
})

test('path parameters are fields of the input', () => {
  for (const each of allOperations) {
    for (const name of pathParameters(each.path)) {
      assert.ok(name in each.input.properties, `${each.name} has no field ${name}`)
    }
  }
})

test('what changes something is never a GET, and what reads is never guarded by a write', () => {
  for (const each of allOperations) {
    // Who may do what in an experiment is for those to see who may change it.
    if (each.method !== 'GET' || each.name === 'runs.access') continue
    assert.doesNotMatch(each.permission, /:(write|manage|promote|run)$/, each.name)
  }
})
