import assert from 'node:assert/strict'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { runningServer, temporaryFolder } from '../support/home.ts'
import type { Loose } from '../support/loose.ts'
import { tidemill } from '../support/tidemill.ts'

test('evaluation data sets are listed, shown, written out and, after a word of what goes, removed from the command line', async (t) => {
  const { url } = await runningServer(t)
  const post = async (path: string, body: object): Promise<Loose> => {
    const headers = { 'content-type': 'application/json' }
    const sent = { method: 'POST', headers, body: JSON.stringify(body) }
    return (await (await fetch(`${url}/api/${path}`, sent)).json()) as Loose
  }
  const { experiment_id: experiment } = await post('2.0/mlflow/experiments/create', { name: 'bot' })
  const given = { name: 'questions', experiment_ids: [experiment], created_by: 'ada' }
  const { dataset } = await post('3.0/mlflow/datasets/create', given)
  const id = String(dataset.dataset_id)
  const records = [{ inputs: { q: 'one' }, expectations: { a: '1' } }, { inputs: { q: 'two' } }]
  await post(`3.0/mlflow/datasets/${id}/records`, { records: JSON.stringify(records) })

  const dir = await temporaryFolder(t)
  const run = async (...words: readonly string[]) => tidemill([...words, '--url', url], dir)
  const said = async (...words: readonly string[]) => {
    const { stdout, stderr, code } = await run('eval-data', ...words)
    assert.equal(code, 0, stderr)
    return stdout
  }
  assert.match(await said('ls', '-e', 'bot'), new RegExp(`${id} +questions +2 +bot`))
  assert.match(await said('ls', '--text', 'other'), /No evaluation data sets/)
  assert.match(await said('show', id, '--text', 'ONE'), /\{"q":"one"\} +\{"a":"1"\}/)
  const shown = JSON.parse(await said('show', id, '--json')) as Loose
  const [first] = shown.records
  assert.equal(JSON.parse(await said('show', id, first.id, '--json')).record.inputs.q, 'one')
  await said('export', id, 'questions.jsonl')
  const lines = (await readFile(join(dir, 'questions.jsonl'), 'utf8')).trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    records,
  )
  const unclear = await run('eval-data', 'export', id, 'questions.xlsx')
  assert.match(unclear.stderr, /questions\.xlsx says no format: end it in \.csv or \.jsonl/)
  await mkdir(join(dir, 'there.csv'))
  assert.notEqual((await run('eval-data', 'export', id, 'there.csv')).code, 0)
  assert.deepEqual((await readdir(dir)).toSorted(), ['questions.jsonl', 'there.csv'])
  assert.match(await said('rm', id), /questions of bot with 2 records would go .* Nothing was/)
  assert.match(await said('rm', id, '--yes'), /gone for good: questions of bot with 2 records/)
  assert.match(await said('ls'), /No evaluation data sets/)
})
