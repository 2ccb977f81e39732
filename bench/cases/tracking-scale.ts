import { mkdirSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchCase, Figure } from '../figure.ts'
import { withFolder } from '../support/folder.ts'
import { seededRun, seedOwn } from '../support/seed-runs.ts'
import { poster, startOwn, type Post, type Server } from '../support/tracking-servers.ts'

const runs = Number(process.env.TIDEMILL_BENCH_RUNS ?? 1_000_000)
/** Where the database stays, so that another measurement need not write it again. */
const kept = process.env.TIDEMILL_BENCH_FOLDER
const pointsOfRun = 100
const asked = 200
const manyKeys = 12_000

/** What people and clients ask of a project with a million runs; each is held to the same time. */
const searches: Readonly<Record<string, object>> = {
  'newest first, 100 runs': { max_results: 100 },
  'newest first, 1,000 runs': { max_results: 1000 },
  'in the order of a metric': { max_results: 100, order_by: ['metrics.loss ASC'] },
  'in the order of a metric, greatest first, filtered': {
    max_results: 100,
    order_by: ['metrics.auc DESC'],
    filter: "params.model = 'gbdt'",
  },
  'by a metric and a param that many have': {
    max_results: 100,
    filter: "metrics.loss < 0.5 and params.model = 'gbdt'",
  },
  'by a metric that few have': { max_results: 100, filter: 'metrics.loss < 0.0005' },
  'by a param that one has': { max_results: 100, filter: `params.seed = '${runs >> 1}'` },
  'by a tag and a pattern': {
    max_results: 100,
    filter: "tags.team = 'team-3' and attributes.run_name LIKE 'run-1%'",
  },
  'oldest first': { max_results: 100, order_by: ['attributes.start_time ASC'] },
}

export const trackingScale: BenchCase = {
  name: 'tracking-scale',
  method: `One experiment of ${runs.toLocaleString('en')} runs, each with 5 params, 5 metrics, 3 tags and a history of ${pointsOfRun} points (${(runs * pointsOfRun).toLocaleString('en')} in all), written into the SQLite database directly and packed as batches of ${pointsOfRun} are; each search ${asked} times, p99. Measured only when named; it takes about 5 GB of disk, in the folder that \`TIDEMILL_BENCH_FOLDER\` names when it is to stay.`,
  run: () => (kept === undefined ? withFolder(measured) : measured(kept)),
}

async function measured(dir: string): Promise<Figure[]> {
  mkdirSync(dir, { recursive: true })
  const own = await startOwn(dir)
  try {
    const experiment = await seededExperiment(own)
    const post = poster(own)
    return [
      ...(await searchFigures(post, experiment)),
      ...(await runPageFigures(own)),
      ...(await wideRunFigures(own, post, experiment)),
      ...sizeFigures(own.database),
    ]
  } finally {
    await own.stop()
  }
}

/** The experiment with all its runs; those that an earlier measurement wrote are not written again. */
async function seededExperiment(own: Server): Promise<string> {
  const database = new DatabaseSync(own.database)
  const before = database
    .prepare(
      `select experiments.id, count(runs.id) as count from experiments
        left join runs on runs.experiment = experiments.id and runs.user_name = 'bench'
        where experiments.name = 'all' group by experiments.id`,
    )
    .get()
  database.close()
  const experiment = before
    ? String(before.id)
    : ((await poster(own)('experiments/create', { name: 'all' })).experiment_id ?? '')
  const there = Number(before?.count ?? 0)
  seedOwn(own.database, experiment, runs - there, pointsOfRun, there)
  // Nothing was heard meanwhile: connections that the server has closed are let go.
  await sleep(1000)
  return experiment
}

async function searchFigures(post: Post, experiment: string): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const [title, search] of Object.entries(searches)) {
    const body = { experiment_ids: [experiment], ...search }
    const first = await post('runs/search', body)
    if ((first.runs?.length ?? 0) === 0) throw new Error(`${title}: nothing was found`)
    const value = await p99(asked, () => post('runs/search', body))
    figures.push({ title: `A page ${title}, p99`, value, unit: 'ms', most: 200 })
    const token = first.next_page_token
    if (token === undefined) continue
    const next = await p99(asked, () => post('runs/search', { ...body, page_token: token }))
    figures.push({ title: `The page after it, p99`, value: next, unit: 'ms', most: 200 })
  }
  return figures
}

/** All that the page of a run asks for: the run, its files, and each metric's history. */
async function runPageFigures({ url }: Server): Promise<Figure[]> {
  let index = 0
  const ask = async (): Promise<void> => {
    index = (index + 7919 * 31) % runs
    const { id, metrics } = seededRun(index)
    const answer = await fetch(`${url}/api/runs/${id}`)
    if (!answer.ok) throw new Error(await answer.text())
    await answer.arrayBuffer()
    for (const key of Object.keys(metrics)) {
      const history = await fetch(`${url}/api/runs/${id}/metrics/${key}`)
      if (!history.ok) throw new Error(await history.text())
      await history.arrayBuffer()
    }
  }
  await ask()
  const value = await p99(asked, ask)
  return [{ title: 'The page of a run, all it asks for, p99', value, unit: 'ms', most: 300 }]
}

/** A run with very many metrics, which was what broke other trackers. */
async function wideRunFigures(own: Server, post: Post, experiment: string): Promise<Figure[]> {
  const { run } = await post('runs/create', { experiment_id: experiment })
  const id = String(run?.info?.run_id)
  const batch = (from: number, step: number): object => ({
    run_id: id,
    metrics: Array.from({ length: 1000 }, (_, i) => ({
      key: `layer-${from + i}/norm`,
      value: i / 7,
      timestamp: 1_700_000_000_000 + step,
      step,
    })),
  })
  let step = 0
  const logged = await p99(2, async () => {
    step++
    for (let from = 0; from < manyKeys; from += 1000)
      await post('runs/log-batch', batch(from, step))
  })
  const got = await p99(asked, async () => {
    const answer = await fetch(`${own.url}/api/2.0/mlflow/runs/get?run_id=${id}`)
    await answer.arrayBuffer()
  })
  const page = await p99(asked, () =>
    post('runs/search', { experiment_ids: [experiment], max_results: 100 }),
  )
  const keys = manyKeys.toLocaleString('en')
  return [
    { title: `${keys} metrics of one run logged in batches`, value: logged, unit: 'ms' },
    { title: `A run with ${keys} metrics, p99`, value: got, unit: 'ms', most: 300 },
    { title: `A page of 100 runs with it among them, p99`, value: page, unit: 'ms', most: 200 },
  ]
}

function sizeFigures(file: string): Figure[] {
  const database = new DatabaseSync(file)
  database.exec('pragma wal_checkpoint(truncate)')
  const sizeOf = (name: string): number =>
    Number(
      database.prepare('select sum(pgsize) as size from dbstat where name like ?').get(name)?.size,
    )
  const blocks = sizeOf('metric_blocks%')
  database.close()
  const points = runs * pointsOfRun
  return [
    { title: 'Database, all of it', value: statSync(file).size / 2 ** 30, unit: 'GiB' },
    { title: 'Bytes a point, packed', value: blocks / points, unit: 'bytes' },
    {
      title: 'Bytes a point, of the whole database',
      value: statSync(file).size / points,
      unit: 'bytes',
    },
  ]
}

async function p99(times: number, work: () => Promise<unknown>): Promise<number> {
  const took: number[] = []
  for (let i = 0; i < times; i++) {
    const begin = performance.now()
    await work()
    took.push(performance.now() - begin)
  }
  return took.toSorted((a, b) => a - b).at(Math.min(times - 1, Math.floor(times * 0.99))) ?? NaN
}
