import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '#store'
import { withCode } from '../auth/support/open-test-auth.ts'
import { openTestTracking } from './support/open-tracking.ts'

const dayMs = 86_400_000
const now = 1_800_000_000_000

/** Six runs, a day apart, the last today: their accuracy, and the second nested in the first. */
async function sixRuns(t: Parameters<typeof openTestTracking>[0]) {
  const { tracking } = await openTestTracking(t, manualClock(now))
  const ids: string[] = []
  for (const [i, acc] of [0.9, 0.1, 0.5, NaN, undefined, 0.3].entries()) {
    const startedAt = now - (5 - i) * dayMs
    const tags = i === 1 ? { 'mlflow.parentRunId': ids[0] ?? '' } : {}
    const run = await tracking.create({
      experiment: 'team/a',
      user: 'u',
      name: `r${i}`,
      startedAt,
      tags,
    })
    if (acc !== undefined) await tracking.log(run.id, { metrics: [{ key: 'acc', value: acc }] })
    if (i !== 4) await tracking.update(run.id, { status: 'finished', endedAt: startedAt + 1000 })
    ids.push(run.id)
  }
  return { tracking, ids }
}

/** What a rule hides, by the names of runs. */
async function hides(
  { tracking }: Awaited<ReturnType<typeof sixRuns>>,
  rule: Parameters<typeof tracking.chosenBy>[0],
  keep: readonly string[] = [],
): Promise<string> {
  const chosen = await tracking.chosenBy(rule, new Set(keep))
  return chosen.hides
    .map(({ name }) => name)
    .toSorted()
    .join(' ')
}

test('a rule keeps the last, the best, the young, those under way, and those a kept one is nested in', async (t) => {
  const six = await sixRuns(t)
  const experiments = 'team/*'
  const best = { metric: 'acc', goal: 'max', count: 2 } as const
  // r4 is under way in each.
  assert.equal(await hides(six, { experiments, keepLast: 1 }), 'r0 r1 r2 r3')
  assert.equal(await hides(six, { experiments, keepBest: best }), 'r1 r3 r5')
  assert.equal(
    await hides(six, { experiments, keepBest: { ...best, goal: 'min', count: 1 } }),
    'r2 r3 r5',
  )
  assert.equal(await hides(six, { experiments, olderThanDays: 2.5 }), 'r0 r1 r2')
  assert.equal(await hides(six, { experiments, keepLast: 0 }, [six.ids[2] ?? '']), 'r0 r1 r3 r5')
  assert.equal(await hides(six, { experiments, keepBest: best, keepLast: 3 }), 'r1')
  assert.equal(await hides(six, { experiments, purgeAfterDays: 1 }), '')
  assert.equal(await hides(six, { experiments: 'team', keepLast: 0 }), '')
  assert.equal(await hides(six, { experiments: 'te.m/a', keepLast: 0 }), '', 'only * is a sign')
})

test('a rule that limits nothing is refused, for it would hide all there is', async (t) => {
  const { tracking } = await openTestTracking(t)
  await assert.rejects(
    tracking.setRetention('all', { experiments: '*' }, 'u'),
    withCode('bad_request'),
  )
  await assert.rejects(tracking.removeRetention('none'), withCode('not_found'))
})
