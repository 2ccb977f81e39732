import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { skipPostgres } from '../support/postgres.ts'
import { openedRegistry } from './support/opened-registry.ts'

const by = { mayGuard: true }

for (const [database, skip] of [
  ['SQLite', false],
  ['PostgreSQL', skipPostgres],
] as const) {
  test(
    `a name at a time is that of the model that had it then, through every renaming, on ${database}`,
    { skip },
    async (t) => {
      const { registry } = await openedRegistry(t, database)
      const moment = async () => {
        await delay(3)
        const now = Date.now()
        await delay(3)
        return now
      }
      await registry.declare('first')
      const one = await moment()
      await registry.renameModel('first', 'second', by)
      await registry.declare('first')
      const two = await moment()
      await registry.renameModel('second', 'third', by)
      await registry.renameModel('first', 'other', by)
      const three = await moment()

      const nameNow = await registry.presentNames()
      assert.deepEqual(
        [one, two, three].map((then) => nameNow('first', then)),
        ['third', 'other', 'first'],
      )
      assert.deepEqual([nameNow('second', two), nameNow('never', one)], ['third', 'never'])
      const had = (names: Awaited<ReturnType<typeof registry.namesOf>>, then: number) =>
        names
          .filter(({ after, until = Infinity }) => after < then && then <= until)
          .map(({ name }) => name)
      const [third, other] = [await registry.namesOf('third'), await registry.namesOf('other')]
      assert.deepEqual(
        [one, two, three].map((then) => had(third, then)),
        [['first'], ['second'], ['third']],
      )
      assert.deepEqual(
        [one, two, three].map((then) => had(other, then)),
        [[], ['first'], ['other']],
      )
      await registry.removeModel('third', { who: 'u', mayPromote: true })
      await moment()
      await registry.declare('third')
      await moment()
      await registry.renameModel('third', 'fourth', by)
      const last = await registry.presentNames()
      assert.deepEqual(
        [last('first', one), last('third', three), last('first', two)],
        ['third', 'third', 'other'],
      )
      assert.deepEqual(
        (await registry.namesOf('fourth')).map(({ name }) => name),
        ['third', 'fourth'],
      )
    },
  )

  test(
    `what is done alongside a renaming fails with it, and the name stays, on ${database}`,
    { skip },
    async (t) => {
      const { registry } = await openedRegistry(t, database)
      await registry.declare('kept')
      const failing = () => Promise.reject(new Error('no'))
      await assert.rejects(registry.renameModel('kept', 'other', by, failing), /no/)
      assert.deepEqual(
        (await registry.models()).map(({ name }) => name),
        ['kept'],
      )
      assert.deepEqual(
        (await registry.namesOf('kept')).map(({ name }) => name),
        ['kept'],
      )
    },
  )
}
