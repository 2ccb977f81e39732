import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integerBelow, seeded } from '#stats'
import { databases, openedTracking, type Opened } from './support/opened.ts'
import { among } from '../../src/tracking/among.ts'
import type { Filter } from '../../src/tracking/search/grammar.ts'
import { rareComparison } from '../../src/tracking/search/narrowing.ts'
import { rowsByValue, type ValuePlace } from '../../src/tracking/search/rows-by-value.ts'
import { runTarget } from '../../src/tracking/search/run-search.ts'

interface Known {
  readonly id: string
  readonly start: number
  readonly value: number | undefined
}

/** Runs that share values and starts, some with NaN or without the metric. */
async function runs({ tracking }: Opened, count: number): Promise<readonly Known[]> {
  const random = seeded(9)
  const wanted = Array.from({ length: count }, () => ({
    value: [1, 2, 3, -Infinity, Infinity, NaN, undefined][integerBelow(7, random)],
    start: 1000 + integerBelow(5, random),
  }))
  return Promise.all(
    wanted.map(async ({ value, start }, i) => {
      const params = { group: String(i % 3), only: String(i) }
      const run = await tracking.create({ experiment: 'e', user: 'u', startedAt: start, params })
      if (value !== undefined) await tracking.log(run.id, { metrics: [{ key: 'm', value }] })
      return { id: run.id, start, value }
    }),
  )
}

/** Numbers by size, then NaN, then none; among equals the newest first. */
function expected(known: readonly Known[], direction: 'asc' | 'desc'): readonly string[] {
  const part = ({ value }: Known): number => (value === undefined ? 2 : Number.isNaN(value) ? 1 : 0)
  const sign = direction === 'asc' ? 1 : -1
  return known
    .toSorted((a, b) => {
      if (part(a) !== part(b)) return part(a) - part(b)
      if (part(a) === 0 && a.value !== b.value)
        return (a.value ?? 0) < (b.value ?? 0) ? -sign : sign
      return b.start - a.start || (a.id < b.id ? 1 : -1)
    })
    .map(({ id }) => id)
}

for (const [name, skip] of databases) {
  test(
    `${name}: pages in the order of a metric hold each run once, whichever table they begin with`,
    { skip },
    async (t) => {
      const opened = await openedTracking(t, name)
      const known = await runs(opened, 40)
      const values = runTarget().ordering?.('metrics', 'm')
      assert.ok(values)
      for (const direction of ['asc', 'desc'] as const) {
        for (const rowsFirst of [true, false]) {
          const seen: string[] = []
          let after: ValuePlace | undefined
          do {
            const rows = await rowsByValue(opened.metadata, {
              ...{ table: 'runs', natural: ['started_at', 'id'], conditions: [], values },
              ...{ direction, rowsFirst, limit: 7 },
              ...(after ? { after } : {}),
            })
            seen.push(...rows.map(({ row }) => String(row.id)))
            const last = rows.at(-1)
            after = last && {
              part: last.part,
              value: Number(last.row.ordering_value ?? 0),
              key: [Number(last.row.started_at), String(last.row.id)],
            }
          } while (after)
          assert.deepEqual(seen, expected(known, direction), `${direction} ${rowsFirst}`)
        }
        const seen: string[] = []
        let cursor: string | undefined
        do {
          const page = await opened.tracking.search({
            ...{ experiment: 'e', limit: 7, order: [`metrics.m ${direction}`] },
            ...(cursor === undefined ? {} : { cursor }),
          })
          seen.push(...page.items.map(({ id }) => id))
          cursor = page.next
        } while (cursor !== undefined)
        assert.deepEqual(seen, expected(known, direction), direction)
      }
    },
  )

  test(
    `${name}: what few runs have is found by its index, and is the same`,
    { skip },
    async (t) => {
      const opened = await openedTracking(t, name)
      const known = await runs(opened, 20)
      const long = 'x'.repeat(100)
      await opened.tracking.log(known[3]?.id ?? '', { tags: { long, other: `${long}y` } })
      const cases: readonly (readonly [Filter, readonly number[]])[] = [
        [{ kind: 'comparison', area: 'params', key: 'only', comparator: '=', value: '7' }, [7]],
        [{ kind: 'comparison', area: 'tags', key: 'long', comparator: '=', value: long }, [3]],
        [{ kind: 'comparison', area: 'tags', key: 'other', comparator: '=', value: long }, []],
        [
          { kind: 'comparison', area: 'metrics', key: 'm', comparator: '>=', value: 3 },
          known.flatMap(({ value }, i) => (value !== undefined && value >= 3 ? [i] : [])),
        ],
      ]
      for (const [filter, places] of cases) {
        const rare = await rareComparison(opened.metadata, filter, runTarget())
        assert.ok(rare, JSON.stringify(filter))
        assert.equal(rare.isEmpty, places.length === 0)
        const rows = await opened.metadata
          .tables<{ runs: { id: string } }>()
          .selectFrom('runs')
          .select('id')
          .where(rare.condition)
          .execute()
        assert.deepEqual(
          rows.map(({ id }) => id).toSorted(),
          places.map((place) => known[place]?.id ?? '').toSorted(),
        )
      }
      const none = among('id', [], opened.metadata.dialect)
      const { length } = await opened.metadata
        .tables<{ runs: { id: string } }>()
        .selectFrom('runs')
        .select('id')
        .where(none)
        .execute()
      assert.equal(length, 0)
    },
  )
}

test('among many runs a search finds by indexes what it finds among few by looking at each', async (t) => {
  const { tracking, metadata } = await openedTracking(t)
  const { id: experiment } = await tracking.createExperiment({ name: 'many' })
  const { id: other } = await tracking.createExperiment({ name: 'other' })
  const count = 5200
  const ids = Array.from({ length: count }, (_, i) => i.toString(16).padStart(32, '0'))
  await metadata.execute(
    `insert into runs (number, id, experiment, name, status, started_at, user_name, source)
      values (?, ?, ?, ?, 'finished', ?, 'u', '{}')`,
    ids.map((id, i) => [i + 1, id, i % 50 === 49 ? other : experiment, `r${i}`, 1000 + (i % 300)]),
  )
  await metadata.execute(
    `insert into run_params (run, key, value) values (?, 'group', ?)`,
    ids.map((id, i) => [id, String(i % 40)]),
  )
  await metadata.execute(`insert into metric_keys (id, name) values (?, ?)`, [[1, 'm']])
  await metadata.execute(
    `insert into metric_latest (run, key, step, at, value, special) values (?, 1, 0, 0, ?, 0)`,
    ids.map((_, i) => [i + 1, (i * 7919) % 101]),
  )
  const wanted = ids
    .map((id, i) => ({ id, i, start: 1000 + (i % 300), value: (i * 7919) % 101 }))
    .filter(({ i, value }) => i % 50 !== 49 && i % 40 === 7 && value < 50)
  const newest = wanted.toSorted((a, b) => b.start - a.start || (a.id < b.id ? 1 : -1))
  const orders = [
    [[], newest],
    [['metrics.m DESC'], newest.toSorted((a, b) => b.value - a.value)],
    [['attributes.start_time ASC'], newest.toSorted((a, b) => a.start - b.start)],
  ] as const
  for (const [order, expectedRuns] of orders) {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await tracking.search({
        ...{ experiment: 'many', limit: 9, order, filter: "params.group = '7' and metrics.m < 50" },
        ...(cursor === undefined ? {} : { cursor }),
      })
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.next
    } while (cursor !== undefined)
    assert.deepEqual(
      seen,
      expectedRuns.map(({ id }) => id),
      order.join(),
    )
  }
  const none = await tracking.search({ experiment: 'many', filter: "params.group = 'none'" })
  assert.deepEqual(none.items, [])
})
