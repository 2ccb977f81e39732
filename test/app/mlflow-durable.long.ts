import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { seeded } from '#stats'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { onPostgres, skipPostgres } from '../support/postgres.ts'
import { killedServers } from './support/killed-servers.ts'
import { asking, newRun, type Ask } from './support/mlflow-server.ts'

const kills = Number(process.env.TIDEMILL_KILLS ?? 200)
/** Two seconds and less a kill, but for a machine that has other work. */
const patience = { timeout: kills * 10_000 }
const writers = 4

/** What the server answered 200 to, by run. */
interface Kept {
  readonly steps: number[]
  readonly params: string[]
  readonly tags: string[]
  readonly files: string[]
}

test(
  `after ${kills} kills with -9 under ${writers} writers, all that MLflow’s REST answered 200 to is there`,
  patience,
  async (t) => {
    const dir = await temporaryFolder(t)
    const random = seeded(kills)
    const said = new Map<string, Kept>()
    const servers = killedServers(t, dir)
    const start = async (): Promise<Ask> => asking(Number(new URL(await servers.start()).port))
    let ask = await start()
    for (let kill = 0; kill < kills; kill++) {
      const own = ask
      const load = Promise.all(
        Array.from({ length: writers }, (_, writer) => work(own, said, kill * writers + writer)),
      )
      // In the middle of its work, however fast that goes on this machine.
      const until = answered + random() * 60
      const begin = Date.now()
      while (answered < until && Date.now() - begin < 10_000) await delay(1)
      await delay(random() * 10)
      await servers.kill()
      await load
      ask = await start()
      if (kill % 50 === 49 || kill === kills - 1) await check(ask, said)
    }
    let points = 0
    for (const { steps } of said.values()) points += steps.length
    assert.ok(said.size > kills && points > 100 * kills, `${said.size} runs, ${points} points`)
  },
)

/** Batches, single points, params, tags and files of a run of its own, until the server is gone. */
async function work(ask: Ask, said: Map<string, Kept>, seed: number): Promise<void> {
  try {
    const { experiment, run } = await newRun(ask)
    const kept: Kept = { steps: [], params: [], tags: [], files: [] }
    said.set(run, kept)
    for (let i = 0; ; i++) {
      const step = (seed * 1000 + i) * 100
      const metrics = Array.from({ length: 50 }, (_, j) => ({
        ...{ key: 'm', value: step + j, timestamp: 1, step: step + j },
      }))
      const batch = { run_id: run, metrics, params: [{ key: `p${i}`, value: String(seed) }] }
      if (await isDone(ask('POST', 'runs/log-batch', batch))) {
        kept.steps.push(...metrics.map((metric) => metric.step))
        kept.params.push(`p${i}`)
      }
      const last = { key: 'm', value: step + 50, timestamp: 1, step: step + 50 }
      if (await isDone(ask('POST', 'runs/log-metric', { run_id: run, ...last }))) {
        kept.steps.push(last.step)
      }
      const tag = { run_id: run, key: `t${i}`, value: String(seed) }
      if (await isDone(ask('POST', 'runs/set-tag', tag))) kept.tags.push(tag.key)
      const file = `/api/2.0/mlflow-artifacts/artifacts/${experiment}/${run}/artifacts/f${i}`
      if (await isDone(ask('PUT', file, `${seed} ${i}`))) kept.files.push(file)
    }
  } catch {
    // The server is gone.
  }
}

let answered = 0

async function isDone(answer: ReturnType<Ask>): Promise<boolean> {
  const { status, body } = await answer
  assert.equal(status, 200, JSON.stringify(body))
  answered++
  return true
}

async function check(ask: Ask, said: ReadonlyMap<string, Kept>): Promise<void> {
  for (const [run, { steps, params, tags, files }] of said) {
    const { body } = await ask('GET', `runs/get?run_id=${run}`)
    const keysOf = (list: readonly { key: string }[]): Set<string> =>
      new Set(list.map(({ key }) => key))
    const [hasParams, hasTags] = [keysOf(body.run.data.params), keysOf(body.run.data.tags)]
    for (const key of params) assert.ok(hasParams.has(key), `${run} lost the param ${key}`)
    for (const key of tags) assert.ok(hasTags.has(key), `${run} lost the tag ${key}`)
    const history = await ask('GET', `metrics/get-history?run_id=${run}&metric_key=m`)
    const values = new Map<number, number>(
      history.body.metrics.map((metric: { step: number; value: number }) => [
        metric.step,
        metric.value,
      ]),
    )
    for (const step of steps) assert.equal(values.get(step), step, `${run} lost step ${step}`)
    // A batch is there whole or not at all, whether it was answered or not.
    const ofBatches = [...values.keys()].filter((step) => step % 100 < 50)
    assert.equal(ofBatches.length % 50, 0, `${run} has a part of a batch`)
    for (const file of files.slice(-2)) assert.equal((await ask('GET', file)).status, 200, file)
  }
}

test(
  'two servers on one PostgreSQL take a soak of 4 writers each on the same runs: nothing hangs, nothing is lost',
  { skip: skipPostgres },
  async (t) => {
    await onPostgres(t)
    const servers = [await runningServer(t), await runningServer(t)]
    const asks = servers.map((server) => asking(server.port))
    const [first] = asks
    assert.ok(first)
    const runs = await Promise.all([newRun(first), newRun(first)])
    const until = Date.now() + 20_000
    const logged = new Map(runs.map(({ run }) => [run, 0]))
    const keys = ['a', 'b', 'c', 'd', 'e']
    let step = 0
    await Promise.all(
      Array.from({ length: 2 * writers }, async (_, writer) => {
        const ask = asks[writer % 2]
        assert.ok(ask)
        for (let i = 0; Date.now() < until; i++) {
          const { run, experiment } = runs[i % 2] ?? { run: '', experiment: '' }
          step++
          // The same names, in another order for each writer: what deadlocks where rows are locked as they come.
          const own = writer % 2 === 0 ? keys : keys.toReversed()
          const metrics = own.flatMap((key) =>
            Array.from({ length: 10 }, (_value, j) => ({
              ...{ key, value: j, timestamp: 1, step: step * 10 + j },
            })),
          )
          const tags = own.map((key) => ({ key, value: String(step) }))
          const params = [{ key: `${writer}-${i}`, value: 'x' }]
          const batch = { run_id: run, metrics, tags, params }
          const { status, body } = await ask('POST', 'runs/log-batch', batch)
          assert.equal(status, 200, JSON.stringify(body))
          logged.set(run, (logged.get(run) ?? 0) + 10)
          const page = { experiment_ids: [experiment], filter: 'metrics.a >= 0' }
          assert.equal((await ask('POST', 'runs/search', page)).status, 200)
        }
      }),
    )
    for (const { run } of runs) {
      for (const key of keys) {
        const { body } = await first('GET', `metrics/get-history?run_id=${run}&metric_key=${key}`)
        assert.equal(body.metrics.length, logged.get(run), `${run} ${key}`)
      }
    }
    assert.ok(step > 100, `${step} batches`)
  },
)
