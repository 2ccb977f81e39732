import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'pg'
import { BadPattern, linearPattern, type LinearPattern } from '#contract'
import { integerBelow, seeded } from '#stats'
import { postgresPattern } from '../../src/tracking/search/postgres-pattern.ts'
import { postgresUrl, skipPostgres } from '../support/postgres.ts'

const signs = [
  ...['a', 'b', 'c', '1', 'é', '.', '\n', ' ', '_', ',', ':', '=', '{', '}', '-', ']', '^', '$'],
  ...['[', '[^', '[a-', '[ab]', '[^a]', '[:', '[.', '[:alpha:]', '(', '(?:', ')', '|'],
  ...['\\d', '\\w', '\\s', '\\D', '\\W', '\\S', '\\.', '\\n', '\\]', '\\-'],
  ...['*', '+', '?', '{2}', '{1,2}', '{0,}', '{00002}'],
]
const letters = Array.from('abc1é\n-][^.{} _,:=2\\')

function shared(pattern: string): LinearPattern | undefined {
  try {
    return linearPattern(pattern, { isShared: true })
  } catch (error) {
    assert.ok(error instanceof BadPattern)
    return undefined
  }
}

test(
  'a pattern that searches take finds in a text what PostgreSQL finds in it',
  { skip: skipPostgres },
  async (t) => {
    const client = new Client({ connectionString: await postgresUrl() })
    await client.connect()
    t.after(() => client.end())
    const random = seeded(13)
    const some = (from: readonly string[], most: number): string =>
      Array.from(
        { length: integerBelow(most, random) },
        () => from[integerBelow(from.length, random)],
      ).join('')
    let taken = 0
    for (let round = 0; round < 10_000; round++) {
      const pattern = some(signs, 8)
      const isIn = shared(pattern)
      if (!isIn) continue
      taken++
      const texts = Array.from({ length: 6 }, () => some(letters, 6))
      const { rows } = await client.query<{ found: boolean }>(
        'select each ~ $2 as found from unnest($1::text[]) with ordinality as t(each, at) order by at',
        [texts, postgresPattern(pattern)],
      )
      for (const [at, text] of texts.entries())
        assert.equal(rows[at]?.found, isIn(text), JSON.stringify([pattern, text]))
    }
    assert.ok(taken > 1000, `${taken} patterns`)
  },
)
