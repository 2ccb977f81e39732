import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { openFolderObjects, openPostgres, storeMigrations, systemClock } from '#store'
import { openTracking, trackingMigrations } from '#tracking'
import { referencedObjects } from '../../src/app/steps/referenced-objects.ts'
import { temporaryFolder } from '../support/home.ts'
import { freshSchema, postgresUrl, skipPostgres } from '../support/postgres.ts'

const nothing = () => Promise.resolve(new Set<string>())

test(
  'folders, moves, counts, rules, data sets and the end of what was removed work on PostgreSQL too',
  { skip: skipPostgres },
  async (t) => {
    const metadata = await openPostgres({ url: await postgresUrl(), schema: freshSchema() })
    t.after(() => metadata.close())
    await metadata.migrate([...storeMigrations, ...trackingMigrations])
    const objects = await openFolderObjects(`${await temporaryFolder(t)}/objects`)
    const tracking = openTracking({ metadata, objects, clock: systemClock })
    const runs = []
    for (const value of [1, 2, 3]) {
      const run = await tracking.create({ experiment: 'a/b', user: 'u', params: { value } })
      await tracking.log(run.id, { metrics: [{ key: 'm', value }] })
      await tracking.update(run.id, { status: 'finished', endedAt: 1 })
      runs.push(run.id)
    }
    const [gone = '', moved = '', bare = ''] = runs
    for (const path of ['model/MLmodel', 'model/data/x', 'model0', 'models/y']) {
      await tracking.putArtifact(bare, path, Readable.from(['x']))
    }
    assert.deepEqual(
      (await tracking.listArtifacts(bare, 'model')).map(({ path }) => path),
      ['model/MLmodel', 'model/data'],
    )
    assert.equal(await tracking.removeArtifact(bare, 'model'), 2)
    const data = { name: 'd', digest: 'x', sourceType: 's', source: '{}', tags: { k: 'v' } }
    await tracking.logInputs(moved, [data], [])
    const file = await tracking.putArtifact(gone, 'f', Readable.from(['gone']))
    assert.deepEqual(await tracking.renameFolder('a', 'c'), ['c/b'])
    const { id: to } = await tracking.createExperiment({ name: 'to' })
    assert.deepEqual((await tracking.moveRuns([moved], to)).runs, [moved])
    assert.deepEqual((await tracking.moveRuns([bare], to)).runs, [bare], 'it read no data set')
    const [home = ''] = (await tracking.experimentsIn('c')).map(({ id }) => id)
    await tracking.moveRuns([bare], home)
    assert.equal((await tracking.inputsOf([moved])).get(moved)?.datasets.length, 1)
    assert.equal(await tracking.countRuns({ filter: 'metrics.m >= 2' }), 2)
    const rule = { experiments: 'c/*', keepBest: { metric: 'm', goal: 'max', count: 1 } } as const
    await tracking.setRetention('r', rule, 'u')
    const { hides } = await tracking.chosenBy(rule, new Set())
    assert.deepEqual(
      hides.map(({ id }) => id),
      [gone],
    )
    await tracking.removeRuns([gone])
    const until = Date.now() + 1000
    const found = await tracking.purgeable({ until, keep: new Set() })
    assert.deepEqual(found.runs, [gone])
    assert.ok((await referencedObjects(metadata)).has(file.digest))
    assert.ok(!(await referencedObjects(metadata, new Set([gone]))).has(file.digest))
    await tracking.purge(found, until, nothing)
    await assert.rejects(tracking.run(gone), /no run/)
    assert.ok(!(await referencedObjects(metadata)).has(file.digest))
    const { id } = await tracking.createEvaluationDataset({
      ...{ name: 'q', tags: { lang: 'en' }, experiments: [to], by: 'u' },
    })
    const record = { inputs: { a: 1 }, expectations: { b: 2 } }
    assert.deepEqual(await tracking.putEvaluationRecords(id, [record, record], 'u'), {
      inserted: 1,
      updated: 1,
    })
    const asked = { experiments: [to], filter: "tags.lang = 'en'" }
    assert.equal((await tracking.searchEvaluationDatasets(asked)).items.length, 1)
    assert.equal((await tracking.registerScorer(to, 's', '{}')).version, 1)
    await tracking.removeExperiment(to)
    const rest = await tracking.purgeable({ until, keep: new Set() })
    await tracking.purge(rest, until, nothing)
    assert.equal(await tracking.findExperiment('to'), undefined)
  },
)
