import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Tracking } from '#tracking'
import { withCode } from '../auth/support/open-test-auth.ts'
import { databases, openedTracking } from './support/opened.ts'

const asked = { type: 'feedback', hasComment: false, input: { kind: 'text' } } as const
const nothing = () => Promise.resolve(new Set<string>())

async function tracesIn(tracking: Tracking, experiment: string, ...ids: readonly string[]) {
  for (const id of ids) {
    const told = { startedAt: 1, state: 'ok', tags: {}, metadata: {} }
    await tracking.saveTrace({ id, experiment, ...told })
  }
}

async function counts({ metadata }: Awaited<ReturnType<typeof openedTracking>>) {
  const database = metadata.tables<Record<string, object>>()
  const tables = ['label_schemas', 'review_queues', 'review_queue_users']
  const rows = [...tables, 'review_queue_schemas', 'review_queue_items'].map((table) =>
    database.selectFrom(table).selectAll().execute(),
  )
  return (await Promise.all(rows)).map(({ length }) => length)
}

for (const [database, skip] of databases) {
  test(
    `questions and queues come newest first and in pages, which what is made meanwhile does not move, on ${database}`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { id: experiment } = await tracking.createExperiment({ name: 'e' })
      for (const name of ['a', 'b', 'c']) {
        await tracking.createLabelSchema({ experiment, name, ...asked })
      }
      const first = await tracking.labelSchemas(experiment, { limit: 2 })
      await tracking.createLabelSchema({ experiment, name: 'd', ...asked })
      assert.ok(first.next !== undefined)
      const rest = await tracking.labelSchemas(experiment, { limit: 2, cursor: first.next })
      const seen = [...first.items, ...rest.items].map(({ name }) => name)
      assert.deepEqual(new Set(seen), new Set(['a', 'b', 'c', 'Feedback']))
      assert.equal(rest.next, undefined)
      const elsewhere = tracking.reviewQueues(experiment, { limit: 2, cursor: first.next })
      await assert.rejects(elsewhere, withCode('bad_request'))

      const traces = ['tr-1', 'tr-2', 'tr-3']
      await tracesIn(tracking, experiment, ...traces)
      const { id: queue } = await tracking.userQueue(experiment, 'ada')
      await tracking.addReviewItems(queue, traces)
      const begin = await tracking.reviewItems(queue, { limit: 2 })
      assert.ok(begin.next !== undefined)
      const end = await tracking.reviewItems(queue, { limit: 2, cursor: begin.next })
      assert.deepEqual(
        [...begin.items, ...end.items].map(({ trace }) => trace),
        traces,
        'those of one call are of one time',
      )
    },
  )

  test(
    `an experiment has one question of its own however many ask for it first, on ${database}`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { id: experiment } = await tracking.createExperiment({ name: 'e' })
      const asking = Array.from({ length: 8 }, () =>
        tracking.labelSchemas(experiment, { limit: 9 }),
      )
      const ids = (await Promise.all(asking)).flatMap(({ items }) => items.map(({ id }) => id))
      assert.equal(new Set(ids).size, 1)
      const [id = ''] = ids
      await assert.rejects(tracking.removeLabelSchema(id), withCode('bad_request'))
      await assert.rejects(
        tracking.changeLabelSchema(id, { hasComment: true }),
        withCode('bad_request'),
      )
    },
  )

  test(
    `bounds without end and questions without instruction come back as they were given, on ${database}`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { id: experiment } = await tracking.createExperiment({ name: 'e' })
      const input = { kind: 'numeric', least: -Infinity, most: Infinity } as const
      const named = { experiment, name: 'how many?', ...asked, input }
      const made = await tracking.createLabelSchema(named)
      assert.deepEqual(await tracking.labelSchema(made.id), made)
      assert.deepEqual(made.input, input)
      assert.ok(!('instruction' in made))
    },
  )

  test(
    `a user's queue is made once, however many ask for it at once, on ${database}`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { id: experiment } = await tracking.createExperiment({ name: 'e' })
      const users = ['Ada', ' ada', 'ADA', 'ada']
      const made = await Promise.all(users.map((user) => tracking.userQueue(experiment, user)))
      assert.equal(new Set(made.map(({ id }) => id)).size, 1)
      assert.deepEqual([made[0]?.name, made[0]?.owner, made[0]?.users], ['ada', 'ada', ['ada']])
    },
  )

  test(
    `of a queue that could not be made, or changed, nothing is kept, on ${database}`,
    { skip },
    async (t) => {
      const opened = await openedTracking(t, database)
      const { tracking } = opened
      const { id: experiment } = await tracking.createExperiment({ name: 'e' })
      const queue = { experiment, type: 'custom', users: ['ada'], schemas: [] } as const
      const bad = { ...queue, name: 'q', schemas: ['ls-none'] }
      await assert.rejects(tracking.createReviewQueue(bad), withCode('bad_request'))
      assert.deepEqual(await counts(opened), [0, 0, 0, 0, 0])
      await tracking.createReviewQueue({ ...queue, name: 'taken' })
      const made = await tracking.createReviewQueue({ ...queue, name: 'q' })
      const change = tracking.changeReviewQueue(made.id, { users: ['bob'], name: 'TAKEN' })
      await assert.rejects(change, withCode('already_exists'))
      assert.deepEqual(await tracking.reviewQueue(made.id), made)
    },
  )

  test(
    `a trace leaves its queues when it is removed and when its run moves to another experiment, on ${database}`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const run = await tracking.create({ experiment: 'from', user: 'u' })
      const { id: to } = await tracking.createExperiment({ name: 'to' })
      const experiment = run.experimentId
      await tracesIn(tracking, experiment, 'tr-stays', 'tr-goes')
      const metadata = { 'mlflow.sourceRun': run.id }
      const told = { startedAt: 1, state: 'ok', tags: {}, metadata }
      await tracking.saveTrace({ id: 'tr-moves', experiment, ...told })
      const { id } = await tracking.userQueue(experiment, 'ada')
      await tracking.addReviewItems(id, ['tr-stays', 'tr-goes', 'tr-moves'])
      const left = async () =>
        (await tracking.reviewItems(id, { limit: 9 })).items.map(({ trace }) => trace)
      assert.deepEqual(await left(), ['tr-goes', 'tr-moves', 'tr-stays'])
      await tracking.removeTraces(experiment, { ids: ['tr-goes'] })
      assert.deepEqual(await left(), ['tr-moves', 'tr-stays'])
      await tracking.moveRuns([run.id], to)
      assert.deepEqual(await left(), ['tr-stays'])
      await assert.rejects(tracking.addReviewItems(id, ['tr-moves']), withCode('not_found'))
    },
  )

  test(
    `label schemas and queues end with their experiment, and with no other, on ${database}`,
    { skip },
    async (t) => {
      const opened = await openedTracking(t, database)
      const { tracking } = opened
      for (const name of ['gone', 'kept']) {
        const { id: experiment } = await tracking.createExperiment({ name })
        await tracesIn(tracking, experiment, `tr-${name}`)
        const schema = await tracking.createLabelSchema({ experiment, name: 'right?', ...asked })
        const queue = await tracking.createReviewQueue({
          ...{ experiment, name: 'q', type: 'custom', users: ['ada'], schemas: [schema.id] },
        })
        await tracking.addReviewItems(queue.id, [`tr-${name}`])
        if (name === 'gone') await tracking.removeExperiment(experiment)
      }
      assert.deepEqual(await counts(opened), [2, 2, 2, 2, 2])
      const until = Date.now() + 1000
      await tracking.purge(await tracking.purgeable({ until, keep: new Set() }), until, nothing)
      assert.equal(await tracking.findExperiment('gone'), undefined)
      assert.deepEqual(await counts(opened), [1, 1, 1, 1, 1])
    },
  )
}
