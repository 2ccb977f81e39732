import { existsSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { freePort } from '../../test/support/services.ts'
import { startServer } from '../../test/support/server-process.ts'
import type { BenchCase, Figure } from '../figure.ts'
import { root, withFolder } from '../support/folder.ts'
import { median } from '../support/median.ts'

const rounds = 3
const seededRuns = 2000
const python = resolve(process.env.TIDEMILL_PEERS ?? '.peers', 'mlflow/bin/python')

type Post = (path: string, body: unknown) => Promise<Json>
interface Json {
  readonly [field: string]: Json & string
}

interface Server {
  readonly url: string
  stop(): Promise<void>
}

/** What is asked of both servers: how many units a round did in a second. */
interface Work {
  readonly title: string
  readonly unit: string
  /** At least so many times the peer's. */
  readonly times: number
  run(server: Server, run: string, experiment: string): Promise<number>
}

const works: readonly Work[] = [
  {
    title: 'Batches of 1,000 points',
    unit: 'points/s',
    times: 20,
    run: (server, run) =>
      rate(20_000, async () => {
        const post = poster(server)
        for (let i = 0; i < 20; i++)
          await post('runs/log-batch', { run_id: run, metrics: points(1000) })
      }),
  },
  {
    title: 'Single metrics, 4 connections',
    unit: 'requests/s',
    times: 10,
    run: (server, run) =>
      rate(800, async () => {
        const post = poster(server, 4)
        await Promise.all(
          Array.from({ length: 4 }, async () => {
            for (const point of points(200))
              await post('runs/log-metric', { run_id: run, ...point })
          }),
        )
      }),
  },
  {
    title: `Pages of 1,000 runs out of ${seededRuns.toLocaleString('en')}, by a metric`,
    unit: 'pages/s',
    times: 20,
    run: (server, _, experiment) =>
      rate(3, async () => {
        const post = poster(server)
        const body = { experiment_ids: [experiment], max_results: 1000 }
        const asked = { ...body, filter: "metrics.loss < 0.9 and params.model = 'gbdt'" }
        for (let i = 0; i < 3; i++) await post('runs/search', asked)
      }),
  },
  {
    title: 'Histories of 10,000 points',
    unit: 'histories/s',
    times: 5,
    run: (server, run) =>
      rate(5, async () => {
        for (let i = 0; i < 5; i++) {
          const path = `metrics/get-history?run_id=${run}&metric_key=history`
          const response = await fetch(`${server.url}/api/2.0/mlflow/${path}`)
          const { metrics } = (await response.json()) as { metrics: unknown[] }
          if (metrics.length !== 10_000) throw new Error(`${metrics.length} points came back`)
        }
      }),
  },
]

let step = 0

function points(count: number): readonly object[] {
  return Array.from({ length: count }, (_, i) => {
    step++
    return {
      key: `metric-${i % 10}`,
      value: Math.random(),
      timestamp: 1_700_000_000_000 + step,
      step,
    }
  })
}

export const tracking: BenchCase = {
  name: 'tracking',
  method: `MLflow’s REST against a real \`mlflow server\` 3.17.2 with its own SQLite and four workers, both servers in one run, by turns, ${rounds} rounds, medians; the ratio is ours over theirs. Points in batches also beside inserts of the same rows by SQLite alone.`,
  run: () =>
    withFolder(async (dir) => {
      const own = await tidemill(dir)
      const peer = existsSync(python) ? await mlflow(dir) : undefined
      try {
        return await compare(own, peer, dir)
      } finally {
        await peer?.stop()
        await own.stop()
      }
    }),
}

async function compare(own: Server, peer: Server | undefined, dir: string): Promise<Figure[]> {
  const servers = peer ? [own, peer] : [own]
  const places = new Map<Server, { run: string; experiment: string }>()
  for (const server of servers) places.set(server, await seed(server))
  const figures: Figure[] = []
  for (const { title, unit, times, run } of works) {
    const rates = new Map<Server, number[]>(servers.map((server) => [server, []]))
    for (let round = 0; round < rounds; round++) {
      for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
        const place = places.get(server)
        if (place) rates.get(server)?.push(await run(server, place.run, place.experiment))
      }
    }
    const value = median(rates.get(own) ?? [])
    const theirs = peer && median(rates.get(peer) ?? [])
    figures.push({
      title,
      value,
      unit,
      ...(theirs === undefined
        ? {}
        : { least: times * theirs, baseline: { title: 'mlflow server', value: theirs } }),
    })
  }
  const raw = bareInserts(join(dir, 'bare.db'))
  const batches = figures[0]
  if (batches) {
    figures.push({
      ...batches,
      title: 'The same batches, beside SQLite',
      least: raw / 2,
      baseline: { title: 'bare inserts, a commit a batch', value: raw },
    })
  }
  return figures
}

/** The rows of a batch of points as SQLite alone takes them, with a commit that waits for the disk after each batch. */
function bareInserts(file: string): number {
  const database = new DatabaseSync(file)
  database.exec(`pragma journal_mode = wal; pragma synchronous = full;
    create table points (run text, key text, step integer, at integer, value real,
      primary key (run, key, step, at)) without rowid`)
  const insert = database.prepare('insert into points values (?, ?, ?, ?, ?)')
  const begin = performance.now()
  for (let batch = 0; batch < 20; batch++) {
    database.exec('begin')
    for (let i = 0; i < 1000; i++) {
      const at = batch * 1000 + i
      insert.run(
        '01a20e0b0afa002e94953b246dee46dd',
        `metric-${i % 10}`,
        at,
        1_700_000_000_000 + at,
        i / 7,
      )
    }
    database.exec('commit')
  }
  const seconds = (performance.now() - begin) / 1000
  database.close()
  return 20_000 / seconds
}

async function seed(server: Server): Promise<{ run: string; experiment: string }> {
  const post = poster(server, 4)
  const { experiment_id: experiment = '' } = await post('experiments/create', { name: 'bench' })
  const create = async (i: number): Promise<string> => {
    const start = 1_700_000_000_000 + i
    const { run } = await post('runs/create', { experiment_id: experiment, start_time: start })
    return String(run?.info?.run_id)
  }
  await Promise.all(
    Array.from({ length: 4 }, async (_, worker) => {
      for (let i = worker; i < seededRuns; i += 4) {
        await post('runs/log-batch', {
          run_id: await create(i),
          params: [{ key: 'model', value: i % 2 === 0 ? 'gbdt' : 'knn' }],
          metrics: ['loss', 'auc', 'f1'].map((key) => ({
            key,
            value: (i % 1000) / 1000,
            timestamp: 1,
            step: 0,
          })),
        })
      }
    }),
  )
  const run = await create(seededRuns)
  for (let start = 0; start < 10_000; start += 1000) {
    const metrics = Array.from({ length: 1000 }, (_, i) => ({
      key: 'history',
      value: Math.sin(start + i),
      timestamp: start + i,
      step: start + i,
    }))
    await post('runs/log-batch', { run_id: run, metrics })
  }
  return { run, experiment }
}

/** Posts over connections that stay open. */
function poster({ url }: Server, connections = 1): Post {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return (path, body) =>
    new Promise((done, failed) => {
      const text = JSON.stringify(body)
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      }
      const call = request(
        `${url}/api/2.0/mlflow/${path}`,
        { method: 'POST', agent, headers },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () => {
            const answer = Buffer.concat(chunks).toString()
            if (response.statusCode === 200) done(JSON.parse(answer) as Json)
            else failed(new Error(`${path} answered ${response.statusCode}: ${answer}`))
          })
        },
      )
      call.on('error', failed)
      call.end(text)
    })
}

async function rate(units: number, work: () => Promise<void>): Promise<number> {
  const begin = performance.now()
  await work()
  return units / ((performance.now() - begin) / 1000)
}

async function tidemill(dir: string): Promise<Server> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const args = [join(root, 'bin/tidemill.js'), 'server', '--home', join(dir, 'home')]
  const options = ['--port', String(port), '--log-level', 'warn']
  const started = await startServer(process.execPath, [...args, ...options], { cwd: dir }, () =>
    fetch(`${url}/ready`),
  )
  return { url, stop: () => started.stop('SIGTERM') }
}

async function mlflow(dir: string): Promise<Server> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const options = {
    '--host': '127.0.0.1',
    '--port': String(port),
    '--backend-store-uri': `sqlite:///${dir}/mlflow.db`,
    '--artifacts-destination': `${dir}/artifacts`,
  }
  const args = ['-m', 'mlflow', 'server', ...Object.entries(options).flat()]
  const env = { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true' }
  const server = await startServer(python, args, { cwd: dir, env }, async () => {
    if (!(await fetch(`${url}/health`)).ok) throw new Error('not ready')
  })
  return { url, stop: () => server.stop('SIGTERM') }
}
