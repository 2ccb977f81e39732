import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TidemillError } from '#contract'
import type { Tracking } from '#tracking'
import { experimentReach } from '../../src/app/experiment-reach.ts'
import { withCode } from '../auth/support/open-test-auth.ts'

test('a database that does not answer is no experiment that is not there', async () => {
  const answering = (code: 'unavailable' | 'not_found') => ({
    experiment: () => Promise.reject(new TidemillError(code, { problem: '', kind: '', name: '' })),
  })
  for (const code of ['unavailable', 'not_found'] as const) {
    const reach = experimentReach(
      answering(code) as unknown as Tracking,
      { places: [] },
      'ada',
      'p',
    )
    const missing = { kind: 'experiment', name: 'e' }
    await assert.rejects(reach.need('tracking:read', '1', missing), withCode(code))
  }
})
