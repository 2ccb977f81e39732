import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runDemo } from '#app'
import { httpCaller, operations } from '#contract'
import type { Loose } from '../support/loose.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { onPostgres, skipPostgres } from '../support/postgres.ts'
import { redisUrl, skipRedis } from '../support/redis.ts'

test(
  'the whole loop closes on PostgreSQL and Redis as it does on files',
  { skip: skipPostgres || skipRedis },
  async (t) => {
    await onPostgres(t)
    process.env.TIDEMILL_REDIS_URL = await redisUrl()
    t.after(() => {
      delete process.env.TIDEMILL_REDIS_URL
    })
    const dir = await temporaryFolder(t)
    const demo = await runDemo({ template: 'diabetes', dir, port: 0 })
    t.after(() => demo.stop())
    const { endpoints } = await httpCaller({ url: demo.url }).call(operations.endpoints.list, {})
    assert.equal(endpoints[0]?.version, 2, demo.story.join('\n'))
    assert.equal(endpoints[0]?.failures, 0)
  },
)

test(
  'MLflow’s REST keeps runs and histories on PostgreSQL; writers that meet lose nothing',
  { skip: skipPostgres },
  async (t) => {
    await onPostgres(t)
    // Two servers on one database.
    const servers = [await runningServer(t), await runningServer(t)]
    const post = async (at: number, path: string, body: unknown): Promise<Loose> => {
      const { url } = servers[at % 2] ?? { url: '' }
      const response = await fetch(`${url}/api/2.0/mlflow/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const answer = await response.json()
      assert.equal(response.status, 200, JSON.stringify(answer))
      return answer
    }
    const { experiment_id } = await post(0, 'experiments/create', { name: 'both' })
    const { run } = await post(0, 'runs/create', { experiment_id })
    const run_id = run.info.run_id
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let i = 0; i < 10; i++) {
          const metrics = Array.from({ length: 20 }, (_value, j) => ({
            key: 'loss',
            value: j,
            timestamp: 1,
            step: (writer * 10 + i) * 20 + j,
          }))
          await post(writer, 'runs/log-batch', { run_id, metrics })
        }
      }),
    )
    const { runs } = await post(1, 'runs/search', {
      experiment_ids: [experiment_id],
      filter: "metrics.loss >= 0 and attributes.run_name LIKE '%'",
      order_by: ['metrics.loss DESC'],
    })
    assert.equal(runs.length, 1)
    const { url } = servers[0] ?? { url: '' }
    const history = await fetch(
      `${url}/api/2.0/mlflow/metrics/get-history?run_id=${run_id}&metric_key=loss`,
    )
    const { metrics } = (await history.json()) as { metrics: { step: number }[] }
    assert.equal(new Set(metrics.map((metric) => metric.step)).size, 8 * 10 * 20)
  },
)
