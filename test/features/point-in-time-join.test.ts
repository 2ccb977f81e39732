import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { openOnlineFeatures, pointInTimeJoin, type FeatureView } from '#features'
import { openQuery } from '#query'
import { memoryOnline, systemClock } from '#store'
import {
  inferColumn,
  numberColumn,
  rowsOf,
  stringColumn,
  tableFromRows,
  tableOf,
  timestampColumn,
  type Row,
  type Table,
  type Value,
} from '#table'

// Cases and wanted rows were recorded with a reference implementation of Feast's rules; see shared vectors `features/join`.
interface Case {
  readonly why: string
  readonly entity: { readonly time: string }
  readonly views: readonly {
    readonly name: string
    readonly keys: readonly string[]
    readonly features: Readonly<Record<string, string>>
    readonly ttl: number | null
    readonly time: string
    readonly created: string | null
  }[]
  readonly full_feature_names: boolean
  readonly options: { readonly filter_by_created_timestamp?: boolean }
  readonly source_rows: Readonly<Record<string, readonly Readonly<Record<string, Value>>[]>>
  readonly want: { readonly rows: readonly Readonly<Record<string, Value>>[] }
}

const cases = JSON.parse(
  await readFile(new URL('./fixtures/point-in-time.json', import.meta.url), 'utf8'),
) as Record<string, Case>

function tableOfRows(
  rows: readonly Row[],
  names: readonly string[],
  times: readonly string[],
): Table {
  return tableOf(
    names.map((name) => {
      const values = rows.map((row) => row[name] ?? null)
      if (!times.includes(name)) return inferColumn(name, values)
      const validity = Uint8Array.from(values, (value) => (value === null ? 0 : 1))
      return timestampColumn(name, BigInt64Array.from(values, microseconds), validity)
    }),
  )
}

/** A time as text, to the microsecond, which a Date cannot hold. */
function microseconds(value: Value): bigint {
  if (typeof value !== 'string') return 0n
  const fraction = /\.(\d+)/.exec(value)?.[1] ?? ''
  const whole = new Date(value.replace(/\.\d+/, '')).getTime()
  return BigInt(whole) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6))
}

for (const [name, each] of Object.entries(cases)) {
  test(`${name.replaceAll('_', ' ')}: ${each.why}`, async (t) => {
    const query = openQuery()
    t.after(() => query.close())
    const features = new Set(
      each.views.flatMap((view) =>
        Object.keys(view.features).map((feature) =>
          each.full_feature_names ? `${view.name}__${feature}` : feature,
        ),
      ),
    )
    const own = [...new Set(each.want.rows.flatMap((row) => Object.keys(row)))].filter(
      (key) => !features.has(key),
    )
    const entities = tableOfRows(each.want.rows, own, [each.entity.time])
    const views = each.views.map((view) => ({
      view: {
        name: view.name,
        keys: view.keys,
        features: Object.keys(view.features),
        time: view.time,
        ...(view.created === null ? {} : { created: view.created }),
        ...(view.ttl === null ? {} : { ttlSeconds: view.ttl }),
      },
      rows: tableOfRows(
        each.source_rows[view.name] ?? [],
        [
          ...view.keys,
          view.time,
          ...(view.created === null ? [] : [view.created]),
          ...Object.keys(view.features),
        ],
        [view.time, view.created ?? ''],
      ),
    }))
    const joined = await pointInTimeJoin(query, entities, views, {
      time: each.entity.time,
      fullNames: each.full_feature_names,
      knownThen: each.options.filter_by_created_timestamp ?? false,
    })
    const got = rowsOf(joined)
    assert.equal(got.length, each.want.rows.length, 'no entity row is lost or doubled')
    each.want.rows.forEach((want, i) => {
      for (const feature of features) {
        assert.deepEqual(got[i]?.[feature] ?? null, want[feature] ?? null, `row ${i}, ${feature}`)
      }
    })
  })
}

test('features of one name in two views are refused unless their full names are asked for', async (t) => {
  const query = openQuery()
  t.after(() => query.close())
  const rows = tableOf([
    stringColumn('k', ['a']),
    timestampColumn('at', [new Date(0)]),
    numberColumn('x', [1]),
  ])
  const view = (name: string): { view: FeatureView; rows: Table } => ({
    view: { name, keys: ['k'], features: ['x'], time: 'at' },
    rows,
  })
  const entities = tableOf([stringColumn('k', ['a']), timestampColumn('at', [new Date(1000)])])
  await assert.rejects(
    pointInTimeJoin(query, entities, [view('one'), view('two')], { time: 'at' }),
    /Two views have a feature x/,
  )
  const joined = await pointInTimeJoin(query, entities, [view('one'), view('two')], {
    time: 'at',
    fullNames: true,
  })
  assert.deepEqual(rowsOf(joined)[0]?.two__x, 1)
})

test('online, the newest value of an entity is read, whatever the order of writing, and an expired one is not', async () => {
  const now = Date.now()
  const online = openOnlineFeatures(memoryOnline(), systemClock)
  const view: FeatureView = {
    name: 'v',
    keys: ['a', 'b'],
    features: ['x'],
    time: 'at',
    ttlSeconds: 3600,
  }
  const row = (a: string, b: string, x: number, ageMs: number): Row => ({
    a,
    b,
    x,
    at: new Date(now - ageMs),
  })
  const rows = tableFromRows([row('1', '23', 2, 1000)])
  await online.materialize(view, rows)
  await online.materialize(
    view,
    tableFromRows([row('1', '23', 1, 5000), row('12', '3', 9, 7_200_000)]),
  )
  assert.deepEqual(
    await online.read(view, rows.schema, [
      { a: '1', b: '23' },
      { a: '12', b: '3' },
      { a: 'none', b: '' },
    ]),
    [{ x: 2 }, undefined, undefined],
  )
})
