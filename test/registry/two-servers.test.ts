import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openRegistry, type Registry } from '#registry'
import { manualClock, openPostgres, openSqlite, type Clock, type Metadata } from '#store'
import { withCode } from '../auth/support/open-test-auth.ts'
import { temporaryFolder } from '../support/home.ts'
import { freshSchema, postgresUrl, skipPostgres } from '../support/postgres.ts'
import { allMigrations, signature } from './support/opened-registry.ts'

const by = { by: 'ada', why: 'because' }

async function servers(
  t: TestContext,
  database: string,
  clocks: readonly Clock[],
): Promise<readonly Registry[]> {
  const file = join(await temporaryFolder(t), 'metadata.db')
  const schema = freshSchema()
  const opened: Metadata[] = []
  for (const _ of clocks) {
    opened.push(
      database === 'SQLite'
        ? await openSqlite({ file })
        : await openPostgres({ url: await postgresUrl(), schema }),
    )
  }
  t.after(() => Promise.all(opened.map((each) => each.close())))
  await opened[0]?.migrate(allMigrations)
  return opened.map((metadata, i) => openRegistry({ metadata, clock: clocks[i] ?? manualClock(1) }))
}

async function addTo(registry: Registry, count: number): Promise<void> {
  await registry.declare('m')
  const artifact = { digest: `sha256:${'0'.repeat(64)}` as const, size: 1 }
  await Promise.all(
    Array.from({ length: count }, () =>
      registry.addVersion({ model: 'm', artifact, signature, by: 'u' }),
    ),
  )
}

for (const [database, skip] of [
  ['SQLite', false],
  ['PostgreSQL', skipPostgres],
] as const) {
  test(
    `moves of an alias at once, by two servers whose clocks differ, are one after the other, and the way back leads through each, on ${database}`,
    { skip },
    async (t) => {
      const [one, other] = await servers(t, database, [manualClock(5000), manualClock(1000)])
      assert.ok(one && other)
      await addTo(one, 8)
      assert.deepEqual(
        (await one.versions('m')).map(({ version }) => version),
        [8, 7, 6, 5, 4, 3, 2, 1],
      )
      await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          (i % 2 === 0 ? one : other).setAlias('m', 'champion', i + 1, by),
        ),
      )
      const moves = await one.history('m')
      assert.equal(moves.length, 8)
      moves.forEach(({ from }, i) => assert.equal(from, moves[i + 1]?.to))
      assert.equal(moves[0]?.to, (await other.aliased('m', 'champion'))?.version)
      const back = await other.rollback('m', 'champion', by)
      assert.deepEqual([back.change.from, back.change.to], [moves[0]?.to, moves[0]?.from])
    },
  )

  test(
    `of two moves on the evidence of one gate at once the second is refused, on ${database}`,
    { skip },
    async (t) => {
      const [one, other] = await servers(t, database, [manualClock(1), manualClock(1)])
      assert.ok(one && other)
      await addTo(one, 2)
      await one.setConsumer({
        ...{ model: 'm', name: 'app', alias: 'champion', declaredBy: 'ada', fromFile: false },
        contract: { outputs: [] },
      })
      const wishes: [Registry, number][] = [
        [one, 1],
        [other, 2],
      ]
      for (const [registry, version] of wishes) {
        const evidence = await registry.evidenceOf('m', 'champion', version)
        const found = { id: `g${version}`, model: 'm', version, alias: 'champion', evidence }
        const said = { passed: true, checks: [], checkedAt: 1, checkedBy: 'ada' }
        await registry.saveGateReport({ ...found, ...said })
      }
      const done = await Promise.allSettled(
        wishes.map(([registry, version]) =>
          registry.setAlias('m', 'champion', version, { ...by, gate: `g${version}` }),
        ),
      )
      const refused = done.filter((each) => each.status === 'rejected')
      assert.equal(refused.length, 1)
      assert.ok(withCode('gate_refused')(refused[0]?.reason))
      assert.equal((await one.history('m')).length, 1)
    },
  )

  test(
    `what is written of a model while it is removed is gone with it or refused, so that the next of its name has nothing of it, on ${database}`,
    { skip },
    async (t) => {
      const [one, other] = await servers(t, database, [manualClock(1), manualClock(1)])
      assert.ok(one && other)
      const remover = { who: 'ada', mayPromote: true }
      for (let round = 0; round < 10; round++) {
        await addTo(one, 1)
        const report = { id: `g${round}`, model: 'm', version: 1, alias: 'a', evidence: '' }
        const done = await Promise.allSettled([
          one.setModelTag('m', 'k', 'v'),
          one.setVersionTag('m', 1, 'k', 'v'),
          one.setConsumer({
            ...{ model: 'm', name: 'app', alias: 'a', declaredBy: 'ada', fromFile: false },
            contract: { outputs: [] },
          }),
          one.saveGateReport({ ...report, passed: true, checks: [], checkedAt: 1, checkedBy: '' }),
          other.removeModel('m', remover),
          one.describeVersion('m', 1, 'text'),
        ])
        for (const each of done)
          if (each.status === 'rejected') assert.ok(withCode('not_found')(each.reason))
        await addTo(one, 1)
        const next = [await one.consumers('m'), await one.gateReports('m', 1)]
        assert.deepEqual([(await one.model('m')).tags, ...next], [{}, [], []])
        assert.deepEqual((await one.version('m', 1)).tags, {})
        await one.removeModel('m', remover)
      }
    },
  )

  test(
    `a model gets a policy that guards it or goes, and never both, on ${database}`,
    { skip },
    async (t) => {
      const [one, other] = await servers(t, database, [manualClock(1), manualClock(1)])
      assert.ok(one && other)
      for (let round = 0; round < 10; round++) {
        await addTo(one, 1)
        const [guarded, removed] = await Promise.allSettled([
          one.setPolicy('m', 'champion', { approvals: 1 }),
          other.removeModel('m', { who: 'ada', mayPromote: true }),
        ])
        assert.notEqual(guarded.status, removed.status)
        if (guarded.status === 'fulfilled') await one.setPolicy('m', 'champion', {})
      }
    },
  )

  test(
    `an alias that is set while its version is removed or its model renamed names what is there, on ${database}`,
    { skip },
    async (t) => {
      const [one, other] = await servers(t, database, [manualClock(1), manualClock(1)])
      assert.ok(one && other)
      await addTo(one, 6)
      for (let version = 1; version <= 5; version++) {
        await Promise.allSettled([
          one.setAlias('m', `a${version}`, version, by),
          other.removeVersion('m', version, { who: 'ada', mayPromote: true }),
        ])
      }
      assert.deepEqual((await one.model('m')).aliases, {})
      await Promise.allSettled([
        one.setAlias('m', 'champion', 6, by),
        other.renameModel('m', 'n', { mayGuard: true }),
      ])
      const [now, last] = [await one.model('n'), (await one.history('n'))[0]]
      assert.equal(now.aliases.champion, last?.alias === 'champion' ? last.to : undefined)
      assert.deepEqual(await one.history('m'), [])
      const artifact = { digest: `sha256:${'0'.repeat(64)}` as const, size: 1 }
      for (let turn = 0; turn < 5; turn++) {
        const [added] = await Promise.allSettled([
          one.addVersion({ model: 'n', artifact, signature, by: 'u' }),
          other.removeModel('n', { who: 'ada', mayPromote: true }),
        ])
        if (added.status === 'rejected') assert.ok(withCode('not_found')(added.reason))
        assert.equal(await one.findModel('n'), undefined)
        await one.declare('n')
      }
    },
  )
}
