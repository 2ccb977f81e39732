import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { databases, openedTracking } from './support/opened.ts'

for (const [database, skip] of databases) {
  test(
    `records of more than one batch are kept, those with the same inputs as one, on ${database}`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { id: experiment } = await tracking.createExperiment({ name: 'e' })
      const made = { name: 'q', tags: {}, experiments: [experiment], by: 'u' }
      const { id } = await tracking.createEvaluationDataset(made)
      const records = Array.from({ length: 2500 }, (_, i) => ({
        inputs: { i: i % 2400 },
        tags: { a: '1' },
      }))
      const done = await tracking.putEvaluationRecords(id, records, 'u')
      assert.deepEqual(done, { inserted: 2400, updated: 100 })
      const more = [{ inputs: { i: 0 }, tags: { b: '2' } }]
      assert.deepEqual(await tracking.putEvaluationRecords(id, more, 'u'), {
        inserted: 0,
        updated: 1,
      })
      const { items: all } = await tracking.evaluationRecords(id, { after: '', limit: 5000 })
      assert.equal(all.length, 2400)
      const first = all.find(({ body }) => body.inputs.i === 0)
      assert.deepEqual(first?.body.tags, { a: '1', b: '2' })
    },
  )

  test(
    `records are found by words of any part, in the order in which they came, on ${database}`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const made = { name: 'q', tags: {}, experiments: [], by: 'u' }
      const { id } = await tracking.createEvaluationDataset(made)
      const questions = ['Which “bikes”\nare free?', '100% of ÄPFEL', 'a_b', 'aXb', 'back\\slash']
      const records = questions.map((q, i) => ({ inputs: { q }, expectations: { i: `<${i}>` } }))
      await tracking.putEvaluationRecords(id, records, 'u')
      const found = async (text: string) =>
        (await tracking.evaluationRecords(id, { after: '', limit: 10, text })).items.map(
          ({ body }) => body.inputs.q,
        )
      assert.deepEqual(await found(''), questions)
      assert.deepEqual(await found('BIKES”\nare'), questions.slice(0, 1))
      assert.deepEqual(await found('100% of ÄPFEL'), questions.slice(1, 2))
      assert.deepEqual(await found('A_B'), ['a_b'])
      assert.deepEqual(await found('<3>'), ['aXb'])
      assert.deepEqual(await found('k\\s'), ['back\\slash'])
    },
  )
}

test('a page of long records ends before it fills the memory, and the next goes on', async (t) => {
  const { tracking } = await openedTracking(t)
  const made = { name: 'q', tags: {}, experiments: [], by: 'u' }
  const { id } = await tracking.createEvaluationDataset(made)
  const long = 'x'.repeat(1 << 20)
  for (let i = 0; i < 50; i += 10) {
    const records = Array.from({ length: 10 }, (_, at) => ({ inputs: { i: i + at, long } }))
    await tracking.putEvaluationRecords(id, records, 'u')
  }
  const counts: number[] = []
  for (let after: string | undefined = ''; after !== undefined;) {
    const page = await tracking.evaluationRecords(id, { after, limit: 1000 })
    counts.push(page.items.length)
    after = page.next
  }
  assert.ok(Math.max(...counts) <= 20)
  assert.equal(
    counts.reduce((sum, each) => sum + each),
    50,
  )
})

test('a page of records is read from an index in its order, however many the data set has', async (t) => {
  const { metadata } = await openedTracking(t)
  const { rows } = await sql<{ detail: string }>`explain query plan
    select * from evaluation_records where dataset = 'd' and id > 'r' order by id limit 10`.execute(
    metadata.tables<object>(),
  )
  assert.deepEqual(
    rows.map(({ detail }) => detail),
    ['SEARCH evaluation_records USING INDEX evaluation_records_order (dataset=? AND id>?)'],
  )
})
