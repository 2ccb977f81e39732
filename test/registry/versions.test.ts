import assert from 'node:assert/strict'
import { test } from 'node:test'
import { skipPostgres } from '../support/postgres.ts'
import { allMigrations, openedRegistry, signature } from './support/opened-registry.ts'

for (const [database, skip] of [
  ['SQLite', false],
  ['PostgreSQL', skipPostgres],
] as const) {
  test(
    `the newest version of each stage is found for many models at once, each with its own tags, on ${database}`,
    { skip },
    async (t) => {
      const { registry, add } = await openedRegistry(t, database)
      for (const model of ['a', 'b']) {
        for (let version = 1; version <= 3; version++) {
          await registry.setVersionTag(model, await add(model), 'own', `${model}${version}`)
        }
      }
      await registry.setStage('a', 1, 'Production', false)
      await registry.setStage('a', 2, 'Production', false)
      await registry.declare('empty')
      const newest = await registry.newestOfStages(['a', 'b', 'empty', 'none'])
      assert.deepEqual(
        newest
          .map(({ model, version, stage, tags }) => [model, version, stage, tags.own])
          .toSorted(([a, x], [b, y]) => `${a} ${x}`.localeCompare(`${b} ${y}`)),
        [
          ['a', 2, 'Production', 'a2'],
          ['a', 3, 'None', 'a3'],
          ['b', 3, 'None', 'b3'],
        ],
      )
      assert.deepEqual((await registry.version('b', 1)).tags, { own: 'b1' })
      assert.deepEqual(await registry.newestOfStages([]), [])
    },
  )
}

for (const [database, skip] of [
  ['SQLite', false],
  ['PostgreSQL', skipPostgres],
] as const) {
  test(
    `versions from before their files’ place was kept get the folder of their manifest, on ${database}`,
    { skip },
    async (t) => {
      const { registry, metadata, add } = await openedRegistry(t, database, 3)
      const placed = { better: 'runs:/r/better', 'a/b': 'runs:/r/a/b', '': 'runs:/r' }
      for (const folder of Object.keys(placed)) {
        const manifest = JSON.stringify({ digest: 'sha256:0', files: [], owner: 'r', folder })
        const version = await add('m')
        await metadata.execute('update model_versions set manifest = ? where version = ?', [
          [manifest, version],
        ])
      }
      await add('m')
      await metadata.execute('update model_versions set manifest = ?, uri = ? where version = ?', [
        [JSON.stringify({ owner: 'm-1', folder: '' }), 'models:/m-1', await add('m')],
      ])
      await metadata.migrate(allMigrations)
      assert.deepEqual((await registry.versions('m')).map((each) => each.uri).toReversed(), [
        ...Object.values(placed),
        undefined,
        'models:/m-1',
      ])
    },
  )
}

for (const [database, skip] of [
  ['SQLite', false],
  ['PostgreSQL', skipPostgres],
] as const) {
  test(
    `a version from before manifests were kept gets its own, and its address, when it is registered again, on ${database}`,
    { skip },
    async (t) => {
      const { registry, add } = await openedRegistry(t, database)
      const number = await add('m')
      const artifact = { digest: `sha256:${'0'.repeat(64)}` as const, size: 1 }
      const digest = `sha256:${'1'.repeat(64)}` as const
      const manifest = { digest, files: [], owner: 'r', folder: 'better' }
      const again = { model: 'm', artifact, signature, by: 'u', uri: 'runs:/r/better' }
      const done = await registry.register({ ...again, manifest })
      assert.deepEqual([done.unchanged, done.version.version], [true, number])
      assert.equal((await registry.version('m', number)).uri, 'runs:/r/better')
      assert.deepEqual(await registry.manifest('m', number), manifest)
    },
  )
}
