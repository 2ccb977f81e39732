import assert from 'node:assert/strict'
import { test } from 'node:test'
import { skipPostgres } from '../support/postgres.ts'
import { allMigrations, openedRegistry } from './support/opened-registry.ts'

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
