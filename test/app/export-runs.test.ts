import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openApp } from '#app'
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
  for (let i = 0; i < 601; i++) {
    const params = i === 0 ? { note: 'a "quoted", text' } : { k: i }
    const run = await tracking.create({
      experiment: 'e',
      user: 'u',
      name: `r${i}`,
      startedAt: i + 1,
      params,
    })
    if (i < 3) await tracking.log(run.id, { metrics: [{ key: 'acc', value: i / 4 }] })
  }
  await app.close()
  const out = async (file: string, ...more: readonly string[]) => {
    const { code, stderr } = await tidemill(['runs', 'export', file, '--home', home, ...more], dir)
    assert.equal(code, 0, stderr)
    return join(dir, file)
  }
  const csv = (await readFile(await out('runs.csv'), 'utf8')).trim().split('\n')
  assert.equal(csv.length, 602)
  assert.match(csv[0] ?? '', /^run,name,experiment,.*params\.k,params\.note,metrics\.acc,tags\./)
  assert.ok(csv.at(-1)?.includes('"a ""quoted"", text"'))
  const lines = (
    await readFile(await out('x', '--format', 'jsonl', '-f', 'metrics.acc > 0.1'), 'utf8')
  )
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as Run).name)
  assert.deepEqual(lines, ['r2', 'r1'])
  const query = await openQuery()
  t.after(() => query.close())
  const table = await query.readParquet(await out('runs.parquet', '-o', 'started asc'))
  assert.equal(table.length, 601)
  const row = [...rowsOf(table)][2]
  assert.deepEqual([row?.name, row?.['params.k'], row?.['metrics.acc']], ['r2', '2', 0.5])
  const bad = await tidemill(['runs', 'export', 'runs.xlsx', '--home', home], dir)
  assert.equal(bad.code, 2)
  assert.match(bad.stderr, /end it in \.csv/)
  assert.ok(!existsSync(join(dir, 'runs.xlsx')))
})
