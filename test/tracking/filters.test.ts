import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Tracking } from '#tracking'
import { withCode } from '../auth/support/open-test-auth.ts'
import { databases, openedTracking } from './support/opened.ts'

async function found(tracking: Tracking, filter: string): Promise<string> {
  const { items } = await tracking.search({ filter })
  return items
    .map(({ name }) => name)
    .toSorted()
    .join(' ')
}

for (const [database, skip] of databases) {
  test(
    `filters find the same on ${database}: fractions beside whole numbers, texts that are none, signs and all letters`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const params: Readonly<Record<string, string>> = {
        ...{
          tenth: '0.1',
          two: '2',
          auto: 'auto',
          date: '2024-01-01',
          version: '1.2.3',
          huge: '1e999',
        },
      }
      for (const [at, [name, lr]] of Object.entries(params).entries()) {
        await tracking.create({
          experiment: 'e',
          user: 'u',
          name,
          startedAt: 1000 + at,
          params: { lr },
        })
      }
      await tracking.create({
        experiment: 'e',
        user: 'u',
        name: 'École',
        startedAt: 2000,
        tags: { at: 'a\\b' },
      })
      await tracking.create({ experiment: 'e', user: 'u', name: '5', startedAt: 2001 })
      const cases: readonly (readonly [string, string])[] = [
        ['params.lr > 0.01', 'tenth two'],
        ['params.lr < 1', 'tenth'],
        ['attributes.start_time > 1999.4', '5 École'],
        ['attributes.start_time < 1000.5', 'tenth'],
        ['attributes.start_time < 1e30', '5 auto date huge tenth two version École'],
        ["attributes.run_name ILIKE 'é%'", 'École'],
        ["attributes.run_name LIKE 'É%'", 'École'],
        ["tags.at LIKE 'a\\b'", 'École'],
        ["tags.at ILIKE 'A\\B'", 'École'],
        ['attributes.run_name = 5', '5'],
      ]
      for (const [filter, names] of cases)
        assert.equal(await found(tracking, filter), names, filter)
      const { items } = await tracking.search({ order: ['start_time ASC'], limit: 1 })
      assert.equal(items.length, 1)
      const cursor = Buffer.from(JSON.stringify({ offset: 0, question: '', key: [1.5, 'x'] }))
      const given = { cursor: cursor.toString('base64url') }
      await assert.rejects(tracking.search(given), withCode('bad_request'))
    },
  )
}

test('names of what every object has are neither areas nor attributes, and what a row has many of orders nothing', async (t) => {
  const { tracking } = await openedTracking(t)
  await tracking.create({ experiment: 'e', user: 'u' })
  for (const filter of [
    ...["constructor.x = '1'", "constructor = 'x'", "__proto__.x = '1'", "toString = 'x'"],
    "attributes.constructor = 'x'",
  ]) {
    await assert.rejects(tracking.search({ filter }), withCode('bad_request'), filter)
  }
  for (const order of ['constructor.x', 'constructor', '__proto__.x', 'datasets.name']) {
    await assert.rejects(tracking.search({ order: [order] }), withCode('bad_request'), order)
  }
  const experiments = ['0']
  await assert.rejects(
    tracking.searchTraces({ experiments, order: ['span.name'] }),
    withCode('bad_request'),
  )
})
