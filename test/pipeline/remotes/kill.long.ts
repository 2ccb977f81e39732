import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { add, addRemote, loadPipeline, modifyRemote, push } from '#pipeline'
import { s3Keys, s3Server, skipS3 } from '../../support/remote-servers.ts'
import { durationOf, isKilled, wholeObjects } from '../support/killed.ts'
import { project } from '../support/project.ts'

const kills = 10

test(
  `a push to S3 killed at any of ${kills} points leaves nothing half that is believed, and the next one completes`,
  { skip: skipS3 },
  async (t) => {
    const made = await project(t, {}, { git: true })
    mkdirSync(join(made.root, 'data'))
    for (let index = 0; index < 60; index += 1)
      writeFileSync(join(made.root, `data/f${index}`), randomBytes(20_000))
    // sent in parts
    writeFileSync(join(made.root, 'data/large'), randomBytes(9_000_000))
    const { port, folder } = await s3Server()
    const bucket = `kill${randomBytes(4).toString('hex')}`
    const store = join(folder, 'data', bucket, 'x')
    mkdirSync(join(folder, 'data', bucket))
    addRemote(made.root, 'store', `s3://${bucket}/x`, { from: made.root, asDefault: true })
    const settings = {
      endpointurl: `http://127.0.0.1:${port}`,
      access_key_id: s3Keys.id,
      secret_access_key: s3Keys.secret,
      region: 'us-east-1',
    }
    for (const [key, value] of Object.entries(settings))
      modifyRemote(made.root, 'store', key, value, 'local')
    await add(loadPipeline(made.root), ['data'])
    const whole = await durationOf(made, 'push(pipeline)')
    const points = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), {
      numRuns: 8 * kills,
      seed: 2,
    })
    let hit = 0
    for (const point of points) {
      if (hit >= kills) break
      rmSync(store, { recursive: true })
      if (await isKilled(made, 'push(pipeline)', point * whole)) hit += 1
      wholeObjects(store)
      await push(loadPipeline(made.root))
      wholeObjects(store)
      assert.deepEqual(await push(loadPipeline(made.root)), { objects: 0, runs: 0 })
    }
    assert.equal(hit, kills)
  },
)
