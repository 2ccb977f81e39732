import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPostgres, openSqlite, storeMigrations } from '#store'
import { trackingMigrations } from '#tracking'
import { temporaryFolder } from '../support/home.ts'
import { freshSchema, postgresUrl } from '../support/postgres.ts'
import { databases, openedTracking } from './support/opened.ts'

const attribute = (key: string, value: object): object => ({ key, value })
const stored = {
  startTimeUnixNano: '1760000000001000000',
  endTimeUnixNano: '1760000000026900000',
  attributes: [
    attribute('mlflow.llm.model', { stringValue: '"large"' }),
    attribute('mlflow.llm.provider', { stringValue: 'here' }),
    attribute('mlflow.llm.cost', {
      kvlistValue: {
        values: [
          attribute('input_cost', { doubleValue: 0.25 }),
          attribute('total_cost', { intValue: '1' }),
        ],
      },
    }),
  ],
}
/** Spans as they could be sent when nobody looked at them. */
const odd: readonly object[] = [
  ...[null, 7, 'x', {}, ['text'], [null]].map((attributes) => ({ attributes })),
  ...[true, 'soon', {}, -1, '9'.repeat(40)].map((endTimeUnixNano) => ({
    ...{ startTimeUnixNano: '1', endTimeUnixNano },
  })),
  { attributes: [attribute('mlflow.llm.cost', { kvlistValue: { values: null } })] },
  { attributes: [attribute('mlflow.llm.model', { stringValue: '\0' })] },
]
const asText = {
  ...{ startTimeUnixNano: 1_760_000_000_001_000_000, endTimeUnixNano: '1760000000008000000' },
  attributes: [
    attribute('mlflow.llm.model', { stringValue: 'x\0' }),
    attribute('mlflow.llm.cost', { stringValue: '{"input_cost": 0.5}' }),
  ],
}

for (const [name, skip] of databases) {
  test(
    `${name}: spans that were stored before they were measured are measured too`,
    { skip },
    async (t) => {
      const metadata =
        name === 'SQLite'
          ? await openSqlite({ file: `${await temporaryFolder(t)}/metadata.db` })
          : await openPostgres({ url: await postgresUrl(), schema: freshSchema() })
      t.after(() => metadata.close())
      const before = trackingMigrations.filter(({ room }) => room !== 'tracking-traces')
      await metadata.migrate([...storeMigrations, ...before])
      await metadata.execute(
        `insert into trace_spans (trace, id, started_at, name, span) values (?, ?, ?, ?, ?)`,
        [
          ['tr-1', 'a', 1, 'model', JSON.stringify(stored)],
          ['tr-1', 'b', 1, 'plain', '{"name":"plain"}'],
          ...odd.map((span, i) => ['tr-1', `c${i}`, 1, 'odd', JSON.stringify(span)]),
          ['tr-2', 'a', 1, 'text', JSON.stringify(asText)],
        ],
      )
      await metadata.migrate([...storeMigrations, ...trackingMigrations])
      // A home that has the migration as it was first is not asked to take it again.
      await metadata.execute(`update schema_migrations set digest = ? where room = ?`, [
        [
          '27f20f5a75a990d731bb263f20eda606682ec69aed1f7564ffb8fbfd38c8eefe',
          ...['tracking-traces'],
        ],
      ])
      await metadata.migrate([...storeMigrations, ...trackingMigrations])
      const rows = await metadata
        .tables<{ trace_spans: Record<string, unknown> }>()
        .selectFrom('trace_spans')
        .select(['duration', 'model', 'provider', 'input_cost', 'output_cost', 'total_cost'])
        .orderBy('trace')
        .orderBy('id')
        .execute()
      const nothing = [null, null, null, null, null, null]
      assert.deepEqual(
        rows.map((row) => Object.values(row)),
        [
          [25, 'large', 'here', 0.25, null, 1],
          nothing,
          ...odd.map(() => nothing),
          [7, 'x', null, 0.5, null, null],
        ],
      )
    },
  )

  test(
    `${name}: pieces of time begin at whole multiples, before 1970 too, and a percentile lies between two values`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, name)
      const { id: experiment } = await tracking.createExperiment({ name: 'e' })
      for (const [i, startedAt] of [-1, 0, 999, 1000].entries()) {
        await tracking.saveTrace({
          ...{ id: `tr-${i}`, experiment, startedAt, state: 'ok', duration: 10 * i },
          ...{ tags: {}, metadata: { 'mlflow.trace.tokenUsage': 'not { JSON' } },
        })
      }
      const question = {
        ...{ experiments: [experiment], dimensions: [], filters: [], most: 10 },
        view: 'traces' as const,
      }
      const latencies = await tracking.measureTraces({
        ...{ ...question, metric: 'latency', interval: 1, from: -5000, until: 5000 },
        aggregations: [{ kind: 'max' }, { kind: 'percentile', percentile: 25 }],
      })
      assert.deepEqual(
        latencies.map(({ bucket, values }) => [bucket, ...values]),
        [
          [-1000, 0, 0],
          [0, 20, 12.5],
          [1000, 30, 30],
        ],
      )
      const tokens = await tracking.measureTraces({
        ...{ ...question, metric: 'input_tokens' },
        aggregations: [{ kind: 'sum' }],
      })
      assert.deepEqual(tokens, [{ dimensions: [], values: [undefined] }])
    },
  )
}
