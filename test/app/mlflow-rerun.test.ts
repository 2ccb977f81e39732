import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openApp } from '#app'
import { rerunTag, withMlflow } from '../../src/app/steps/mlflow-rerun.ts'
import { temporaryFolder } from '../support/home.ts'

test('a run of MLflow’s client that cannot be made again leaves none under way', async (t) => {
  const dir = await temporaryFolder(t)
  const app = await openApp({ home: join(dir, '.tidemill'), workspace: dir })
  t.after(() => app.close())
  const rooms = await app.project('default')
  const of = await rooms.tracking.create({ experiment: 'e', user: 'u' })
  await rooms.tracking.end(of.id, 'finished')
  const full = () => Promise.reject(new Error('the disk is full'))
  await assert.rejects(
    withMlflow(rooms, { of, words: [] }, full, async () => undefined),
    /disk is full/,
  )
  const { items } = await rooms.tracking.search({ removed: 'with' })
  assert.deepEqual(
    items.map(({ id }) => id),
    [of.id],
  )
  let stopped = 0
  const served = async () => ({ url: 'http://u', token: 't', stop: async () => void stopped++ })
  await assert.rejects(withMlflow(rooms, { of, words: [] }, served, full), /disk is full/)
  const [made] = (await rooms.tracking.search({})).items
  assert.deepEqual([made?.status, made?.tags[rerunTag], stopped], ['failed', of.id, 1])
})
