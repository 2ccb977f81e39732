import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '#contract'
import { moveAlias } from '../../src/app/steps/move-alias.ts'
import type { Rooms } from '../../src/app/rooms.ts'
import { withCode } from '../auth/support/open-test-auth.ts'
import { openedProject } from '../support/home.ts'
import { registeredModel } from '../support/registered-models.ts'

const { models } = operations

test('what a gate looked at changes while it is asked: it is asked anew, and what it says of what is there now counts', async (t) => {
  const { app, caller } = await openedProject(t)
  const { version } = await registeredModel(caller, { model: 'm', metrics: { f1: 0.7 } })
  const atLeast = (min: number) =>
    caller.call(models.requirements, {
      name: 'm',
      requirements: [{ kind: 'metric', metric: 'f1', min }],
    })
  const rooms = await app.project('default')
  /** Where somebody asks for more after each of the first gates, before the alias moves. */
  const busy = (mins: number[]): Rooms => ({
    ...rooms,
    registry: {
      ...rooms.registry,
      async setAlias(...given) {
        const min = mins.shift()
        if (min !== undefined) await atLeast(min)
        return rooms.registry.setAlias(...given)
      },
    },
  })
  const wish = { model: 'm', alias: 'champion', version, by: 'ada', why: 'better' }
  await atLeast(0.1)
  await assert.rejects(moveAlias(busy([0.9]), wish), withCode('gate_refused'))
  await atLeast(0.1)
  await assert.rejects(moveAlias(busy([0.2, 0.3, 0.4]), wish), /changed since/)
  const { gate } = await moveAlias(busy([0.5]), wish)
  assert.match(gate?.checks[0]?.summary ?? '', /0\.5/)
})
