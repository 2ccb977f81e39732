import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databases, openedTracking } from './support/opened.ts'

for (const [name, skip] of databases) {
  test(
    `${name}: every point of a logged model is told once, page by page, whatever it is and whoever measured it`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, name)
      const runs = [
        await tracking.create({ experiment: 'e', user: 'u' }),
        await tracking.create({ experiment: 'e', user: 'u' }),
      ]
      const { id } = await tracking.createLoggedModel({ experiment: runs[0]?.experimentId ?? '' })
      const logged: string[] = []
      for (const run of runs) {
        for (const datasetName of ['', 'held-out', 'Öl']) {
          const values = [0.5, NaN, Infinity, -Infinity, 0]
          await tracking.log(run.id, {
            metrics: values.map((value, step) => ({
              ...{ key: 'accuracy', value, step, time: 7, model: id },
              ...(datasetName === '' ? {} : { datasetName, datasetDigest: 'd' }),
            })),
          })
          for (const [step, value] of values.entries()) {
            logged.push(`${run.id} ${datasetName} ${step} ${value}`)
          }
        }
      }
      for (const limit of [1, 7, 30, 100]) {
        const told: string[] = []
        for (let cursor: string | undefined = ''; cursor !== undefined;) {
          const page = await tracking.modelPoints(id, {
            limit,
            ...(cursor === '' ? {} : { cursor }),
          })
          assert.ok(page.points.length <= limit)
          for (const { run, datasetName, step, value } of page.points) {
            told.push(`${run} ${datasetName} ${step} ${value}`)
          }
          cursor = page.next
        }
        assert.deepEqual(told.toSorted(), logged.toSorted(), `${limit} a page`)
      }
      const wrong = tracking.modelPoints(id, { limit: 1, cursor: 'WzFd' })
      await assert.rejects(wrong, /The cursor is not one that this server gave/)
      await assert.rejects(tracking.modelPoints('m-none', { limit: 1 }), /no logged model m-none/)
    },
  )
}
