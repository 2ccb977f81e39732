import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withCode } from '../auth/support/open-test-auth.ts'
import { databases, openedTracking } from './support/opened.ts'

for (const [name, skip] of databases) {
  test(
    `${name}: a judgement is struck out with the one that replaces it, or stands`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, name)
      const { id: experiment } = await tracking.createExperiment({ name: 'e' })
      const facts = { experiment, startedAt: 1, state: 'ok', tags: {}, metadata: {} } as const
      await tracking.saveTrace({ id: 'tr-1', ...facts })
      const given = { trace: 'tr-1', name: 'right', kind: 'feedback', value: 'true' } as const
      await tracking.addAssessment({ ...given, id: 'a-1', body: {} })
      const again = { ...given, id: 'a-1', body: { overrides: 'a-1' } }
      await assert.rejects(tracking.addAssessment(again), withCode('already_exists'))
      assert.notEqual((await tracking.assessment('tr-1', 'a-1')).body.valid, false)
      await tracking.addAssessment({ ...given, id: 'a-2', body: { overrides: 'a-1' } })
      assert.equal((await tracking.assessment('tr-1', 'a-1')).body.valid, false)
      await tracking.removeAssessment('tr-1', 'a-2')
      assert.equal((await tracking.assessment('tr-1', 'a-1')).body.valid, true)
    },
  )
}
