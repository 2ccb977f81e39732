import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { BenchCase, Figure } from '../figure.ts'
import { withFolder } from '../support/folder.ts'
import { median } from '../support/median.ts'
import { poster, startMlflow, startOwn, type Server } from '../support/tracking-servers.ts'
import { turn } from '../support/turn.ts'

const rounds = 3

/** What is asked of both servers: how many units a round did in a second. */
interface Work {
  readonly title: string
  readonly unit: string
  /** At least so many times the peer's. */
  readonly times: number
  run(server: Server, run: string): Promise<number>
}

const works: readonly Work[] = [
  {
    title: 'Batches of 1,000 points',
    unit: 'points/s',
    times: 20,
    run: (server, run) =>
      turn(20_000, async () => {
        const post = poster(server)
        for (let i = 0; i < 20; i++)
          await post('runs/log-batch', { run_id: run, metrics: points(1000) })
      }),
  },
  {
    title: 'Single metrics, one after another',
    unit: 'requests/s',
    times: 10,
    run: (server, run) => {
      const post = poster(server)
      return turn(100, async () => {
        for (const point of points(100)) await post('runs/log-metric', { run_id: run, ...point })
      })
    },
  },
  {
    title: 'Single metrics, 4 connections',
    unit: 'requests/s',
    times: 10,
    run: (server, run) =>
      turn(800, async () => {
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
    title: 'Histories of 10,000 points',
    unit: 'histories/s',
    times: 5,
    run: (server, run) =>
      turn(5, async () => {
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
  method: `MLflow’s REST against a real \`mlflow server\` 3.17.2 with its own SQLite and four workers, both servers in one run, by turns of at least two seconds, ${rounds} rounds, medians; the ratio is ours over theirs. Points in batches also beside inserts of the same rows by SQLite alone, the median of as many turns.`,
  run: () =>
    withFolder(async (dir) => {
      const own = await startOwn(dir)
      const peer = await startMlflow(dir)
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
  const places = new Map<Server, string>()
  for (const server of servers) places.set(server, await runWithHistory(server))
  const figures: Figure[] = []
  for (const { title, unit, times, run } of works) {
    const rates = new Map<Server, number[]>(servers.map((server) => [server, []]))
    for (let round = 0; round < rounds; round++) {
      for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
        rates.get(server)?.push(await run(server, places.get(server) ?? ''))
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
  const raw = await bareInserts(join(dir, 'bare.db'))
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
async function bareInserts(file: string): Promise<number> {
  const database = new DatabaseSync(file)
  database.exec(`pragma journal_mode = wal; pragma synchronous = full;
    create table points (run text, key text, step integer, at integer, value real,
      primary key (run, key, step, at)) without rowid`)
  const insert = database.prepare('insert into points values (?, ?, ?, ?, ?)')
  const run = '01a20e0b0afa002e94953b246dee46dd'
  let at = 0
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) {
    const rate = await turn(1000, async () => {
      database.exec('begin')
      for (let i = 0; i < 1000; i++, at++) {
        insert.run(run, `metric-${i % 10}`, at, 1_700_000_000_000 + at, i / 7)
      }
      database.exec('commit')
    })
    rates.push(rate)
  }
  database.close()
  return median(rates)
}

/** A run with a history of ten thousand points. */
async function runWithHistory(server: Server): Promise<string> {
  const post = poster(server)
  const { experiment_id } = await post('experiments/create', { name: 'bench' })
  const { run } = await post('runs/create', { experiment_id })
  const id = String(run?.info?.run_id)
  for (let start = 0; start < 10_000; start += 1000) {
    const metrics = Array.from({ length: 1000 }, (_, i) => ({
      key: 'history',
      value: Math.sin(start + i),
      timestamp: start + i,
      step: start + i,
    }))
    await post('runs/log-batch', { run_id: id, metrics })
  }
  return id
}
