import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Span } from '#tracking'
import { databases, openedTracking } from './support/opened.ts'

function span(id: string, startedAt: number, more: Partial<Span> = {}): Span {
  const known = { trace: 'tr-1', name: id, type: 'LLM', status: 'UNSET', isRoot: false }
  return { id, ...known, startedAt, endedAt: startedAt + 10, body: {}, ...more }
}

for (const [database, skip] of databases) {
  test(
    `a trace that only spans tell of has their times, and the state and name of the one without parent, on ${database}`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { id: experiment } = await tracking.createExperiment({ name: 'e' })
      await tracking.addSpans(experiment, [span('b', 50), span('c', 70)], {})
      const facts = async () => {
        const { startedAt, duration, state, tags } = await tracking.trace('tr-1')
        return [startedAt, duration, state, tags['mlflow.traceName']]
      }
      assert.deepEqual(await facts(), [50, undefined, 'in_progress', undefined])
      await tracking.addSpans(experiment, [span('a', 30)], {})
      assert.deepEqual(await facts(), [30, undefined, 'in_progress', undefined])
      const root = { isRoot: true, endedAt: 90, name: 'ask' }
      await tracking.addSpans(experiment, [span('r', 20, root), span('r', 20, root)], { k: 'v' })
      assert.deepEqual(await facts(), [20, 70, 'ok', 'ask'])
      await tracking.addSpans(experiment, [span('d', 10)], {})
      assert.deepEqual(await facts(), [20, 70, 'ok', 'ask'])
      assert.equal((await tracking.spansOf(['tr-1'])).get('tr-1')?.length, 5)
    },
  )
}

for (const [database, skip] of databases) {
  test(
    `spans come back with the one without a parent first, then by the nanosecond that they began in, whatever came first, on ${database}`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { id: experiment } = await tracking.createExperiment({ name: 'e' })
      // all within a millisecond, with more digits than a double holds, and a clock that went back before the last
      const nanos = { c: 3, a: 2, root: 1, b: 3, early: 0 }
      for (const [id, more] of Object.entries(nanos)) {
        const body = {
          name: id,
          startTimeUnixNano: `180000000000000000${more}`,
          ...(id === 'root' ? {} : { parentSpanId: '1234567812345678' }),
        }
        await tracking.addSpans(experiment, [span(id, 1_800_000_000_000, { body })], {})
      }
      const found = (await tracking.spansOf(['tr-1'])).get('tr-1')
      assert.deepEqual(
        found?.map(({ name }) => name),
        ['root', 'early', 'a', 'b', 'c'],
      )
    },
  )
}

test('what a client says of its trace is not changed by spans that come later, and an error of the root is one of the trace', async (t) => {
  const { tracking } = await openedTracking(t)
  const { id: experiment } = await tracking.createExperiment({ name: 'e' })
  const told = { id: 'tr-1', experiment, startedAt: 5, duration: 6, state: 'ok' }
  await tracking.saveTrace({ ...told, tags: { 'mlflow.traceName': 'mine' }, metadata: {} })
  const root = { isRoot: true, endedAt: 90, name: 'ask', status: 'ERROR' }
  await tracking.addSpans(experiment, [span('r', 20, root)], {})
  const { startedAt, duration, state, tags } = await tracking.trace('tr-1')
  assert.deepEqual([startedAt, duration, state, tags['mlflow.traceName']], [5, 6, 'ok', 'mine'])
  await tracking.addSpans(experiment, [span('r', 20, { ...root, trace: 'tr-2' })], {})
  assert.equal((await tracking.trace('tr-2')).state, 'error')
})

test('a trace of very many spans is kept', async (t) => {
  const { tracking } = await openedTracking(t)
  const { id: experiment } = await tracking.createExperiment({ name: 'e' })
  const many = Array.from({ length: 200_000 }, (_, i) => span(String(i), 1000 + i))
  await tracking.addSpans(experiment, many, {})
  assert.equal((await tracking.trace('tr-1')).startedAt, 1000)
})
