import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databases, openedTracking } from './support/opened.ts'

for (const [database, skip] of databases) {
  test(
    `issues come the gravest first, then those that most traces name, then the newest, in pages, on ${database}`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { id: experiment } = await tracking.createExperiment({ name: 'e' })
      const made = async (name: string, severity?: 'low' | 'high') =>
        tracking.createIssue({
          ...{ experiment, name, description: '', status: 'pending' as const },
          ...{ causes: [], categories: [] },
          ...(severity === undefined ? {} : { severity }),
        })
      const ids = [await made('a'), await made('b', 'low'), await made('c', 'low')].map(
        ({ id }) => id,
      )
      await made('d', 'high')
      for (const trace of ['tr-1', 'tr-2', 'tr-1']) {
        if (trace !== 'tr-1' || !(await tracking.traces(['tr-1'])).length)
          await tracking.saveTrace({
            ...{ id: trace, experiment, startedAt: 1, state: 'ok' as const },
            ...{ tags: {}, metadata: {} },
          })
        await tracking.addAssessment({
          ...{ trace, name: ids[1] ?? '', kind: 'issue' as const, value: '', body: {} },
        })
      }
      const names = async (countTraces: boolean) => {
        const { items } = await tracking.searchIssues({ limit: 10, countTraces })
        return items.map(({ name, traces }) => [name, traces])
      }
      assert.deepEqual(await names(false), [
        ...[
          ['d', undefined],
          ['c', undefined],
          ['b', undefined],
          ['a', undefined],
        ],
      ])
      assert.deepEqual(await names(true), [
        ...[
          ['d', 0],
          ['b', 2],
          ['c', 0],
          ['a', 0],
        ],
      ])
      const first = await tracking.searchIssues({ limit: 3, experiments: [experiment] })
      const next = await tracking.searchIssues({
        ...{ limit: 3, experiments: [experiment], cursor: first.next ?? '' },
      })
      assert.deepEqual(
        [...first.items, ...next.items].map(({ name }) => name),
        ['d', 'c', 'b', 'a'],
      )
      assert.equal(next.next, undefined)
      await assert.rejects(
        tracking.searchIssues({ limit: 3, filter: "status = 'x'", cursor: first.next ?? '' }),
        /page token is not one/,
      )
    },
  )

  test(
    `prompts that a trace used are kept once each, and what nobody can read is begun anew, on ${database}`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { id: experiment } = await tracking.createExperiment({ name: 'e' })
      await tracking.saveTrace({
        ...{ id: 'tr-1', experiment, startedAt: 1, state: 'ok' as const },
        ...{ tags: { 'mlflow.linkedPrompts': 'nonsense' }, metadata: {} },
      })
      await tracking.linkPrompts('tr-1', [{ name: 'a', version: '1' }])
      await tracking.linkPrompts('tr-1', [
        { name: 'b', version: '2' },
        { name: 'a', version: '1' },
      ])
      const [trace] = await tracking.traces(['tr-1'])
      assert.equal(
        trace?.tags['mlflow.linkedPrompts'],
        '[{"name": "a", "version": "1"}, {"name": "b", "version": "2"}]',
      )
      await assert.rejects(tracking.linkPrompts('tr-none', []), /no trace tr-none/)
    },
  )
}
