import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { exportRuns, openApp, runsFormatOf } from '#app'
import type { Run } from '#contract'
import { openQuery } from '#query'
import { rowsOf } from '#table'
import { temporaryFolder } from '../support/home.ts'
import { tidemill } from '../support/tidemill.ts'

test('runs go out as CSV, JSON lines and Parquet, all pages of them, with every param, metric and tag', async (t) => {
  const dir = await temporaryFolder(t)
  const home = join(dir, '.tidemill')
  const app = await openApp({ home })
  const { tracking } = await app.project('default')
  const names = Array.from({ length: 601 }, (_, i) => `r${i}`)
  await Promise.all(
    names.map(async (name, i) => {
      const params = i === 0 ? { note: 'a "quoted", text' } : { k: i }
      const run = await tracking.create({
        experiment: 'e',
        user: 'u',
        name,
        startedAt: i + 1,
        params,
      })
      if (i < 3) await tracking.log(run.id, { metrics: [{ key: 'acc', value: i / 4 }] })
    }),
  )
  const client = await tracking.create({
    ...{ experiment: 'e', user: 'u', name: 'client', startedAt: 700 },
    source: { script: { name: 'fit.py', type: 'LOCAL', commit: 'abc123' } },
  })
  const logged = { name: 'scenes', digest: 'a1', sourceType: 'local', source: '{}', tags: {} }
  await tracking.logInputs(client.id, [logged], [])
  const { items } = await tracking.search({ limit: 1000, order: ['started asc'] })
  await app.close()
  async function* pages() {
    yield items.slice(0, 300)
    yield items.slice(300)
  }
  const ended = await tidemill(['runs', 'export', 'runs.csv', '--home', home], dir)
  assert.equal(ended.code, 0, ended.stderr)
  const csv = (await readFile(join(dir, 'runs.csv'), 'utf8')).trim().split('\n')
  assert.equal(csv.length, 603)
  assert.ok(csv.some((each) => each.includes(',abc123,fit.py,scenes a1,')))
  assert.match(
    csv[0] ?? '',
    /^run,name,experiment,.*,code,source,data,models,params\.k,params\.note,metrics\.acc,tags\./,
  )
  assert.ok(csv.at(-1)?.includes('"a ""quoted"", text"'))
  assert.equal(await exportRuns(pages(), join(dir, 'x'), 'jsonl'), 602)
  const lines = (await readFile(join(dir, 'x'), 'utf8')).trim().split('\n')
  assert.deepEqual(JSON.parse(lines[2] ?? '') as Run, items[2])
  const query = openQuery()
  t.after(() => query.close())
  await exportRuns(pages(), join(dir, 'runs.parquet'), runsFormatOf('runs.parquet'))
  const table = await query.readParquet(join(dir, 'runs.parquet'))
  assert.equal(table.length, 602)
  const row = [...rowsOf(table)][2]
  assert.deepEqual([row?.name, row?.['params.k'], row?.['metrics.acc']], ['r2', '2', 0.5])
  assert.throws(() => runsFormatOf('runs.xlsx'), /end it in \.csv/)
})
