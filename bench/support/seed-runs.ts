import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { packBlock } from '../../src/tracking/metric-block.ts'

/** A run as both servers are given it: the same whichever database it is written into. */
export interface SeededRun {
  readonly id: string
  readonly name: string
  readonly start: number
  readonly params: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, number>>
}

const models = ['knn', 'gbdt', 'forest', 'linear']
const start = 1_700_000_000_000

export function seededRun(index: number): SeededRun {
  const random = (salt: number): number =>
    (Math.imul(index * 5 + salt, 2_654_435_761) >>> 0) / 2 ** 32
  return {
    id: index.toString(16).padStart(32, '0'),
    name: `run-${index}`,
    start: start + index * 1000,
    params: {
      model: models[index % 4] ?? '',
      depth: String(index % 17),
      rate: random(9).toFixed(4),
      seed: String(index),
      data: 'diabetes.csv',
    },
    tags: {
      team: `team-${index % 8}`,
      stage: ['dev', 'ci', 'prod'][index % 3] ?? '',
      'mlflow.runName': `run-${index}`,
    },
    metrics: Object.fromEntries(
      ['loss', 'accuracy', 'auc', 'f1', 'seconds'].map((key, i) => [key, random(i)]),
    ),
  }
}

/** Writes runs into the database of a real `mlflow server` 3.17. */
export function seedMlflow(file: string, experiment: string, count: number): void {
  const database = new DatabaseSync(file, { timeout: 10_000 })
  const insertRun = database.prepare(`insert into runs (run_uuid, name, source_type, source_name,
    entry_point_name, user_id, status, start_time, end_time, source_version, lifecycle_stage,
    artifact_uri, experiment_id)
    values (?, ?, 'UNKNOWN', '', '', '', 'FINISHED', ?, ?, '', 'active', ?, ?)`)
  const insertParam = database.prepare(`insert into params (run_uuid, key, value) values (?, ?, ?)`)
  const insertTag = database.prepare(`insert into tags (run_uuid, key, value) values (?, ?, ?)`)
  const insertMetrics = ['metrics', 'latest_metrics'].map((table) =>
    database.prepare(
      `insert into ${table} (run_uuid, key, value, timestamp, step, is_nan) values (?, ?, ?, ?, 0, 0)`,
    ),
  )
  inParts(database, count, (index) => {
    const run = seededRun(index)
    const uri = `mlflow-artifacts:/${experiment}/${run.id}/artifacts`
    insertRun.run(run.id, run.name, run.start, run.start + 500, uri, Number(experiment))
    insertTexts(insertParam, run.id, run.params)
    insertTexts(insertTag, run.id, run.tags)
    for (const [key, value] of Object.entries(run.metrics)) {
      for (const insert of insertMetrics) insert.run(run.id, key, value, run.start)
    }
  })
  database.close()
}

/** Writes runs into the database of a project of ours; `points` in a block of the metric `loss` of each. */
export function seedOwn(
  file: string,
  experiment: string,
  count: number,
  points = 0,
  from = 0,
): void {
  const database = new DatabaseSync(file, { timeout: 10_000 })
  database.exec('pragma cache_size = -400000')
  const last = database.prepare('select coalesce(max(number), 0) as number from runs').get()
  const first = Number(last?.number) + 1
  const keys = new Map<string, number>()
  const insertKey = database.prepare(`insert into metric_keys (name) values (?)
    on conflict (name) do update set name = excluded.name returning id`)
  for (const name of Object.keys(seededRun(0).metrics)) {
    keys.set(name, Number(insertKey.get(name)?.id))
  }
  const insertRun = database.prepare(`insert into runs (number, id, experiment, name, status,
    started_at, ended_at, user_name, source) values (?, ?, ?, ?, 'finished', ?, ?, 'bench', '{}')`)
  const insertParam = database.prepare(`insert into run_params (run, key, value) values (?, ?, ?)`)
  const insertTag = database.prepare(`insert into run_tags (run, key, value) values (?, ?, ?)`)
  const insertPoint = database.prepare(
    `insert into metric_points (run, key, step, at, value, special) values (?, ?, 0, ?, ?, 0)`,
  )
  const insertLatest = database.prepare(
    `insert into metric_latest (run, key, step, at, value, special) values (?, ?, 0, ?, ?, 0)`,
  )
  const insertBlock = database.prepare(`insert into metric_blocks
    (run, key, first_step, last_step, count, points) values (?, ?, ?, ?, ?, ?)`)
  inParts(database, count, (place) => {
    const run = seededRun(from + place)
    const number = first + place
    insertRun.run(number, run.id, experiment, run.name, run.start, run.start + 500)
    insertTexts(insertParam, run.id, run.params)
    insertTexts(insertTag, run.id, run.tags)
    for (const [key, value] of Object.entries(run.metrics)) {
      const id = keys.get(key) ?? 0
      if (points === 0) insertPoint.run(number, id, run.start, value)
      insertLatest.run(number, id, run.start, value)
    }
    if (points === 0) return
    const history = Array.from({ length: points }, (_, step) => ({
      step,
      time: run.start + step * 1013,
      value: Math.random(),
    }))
    insertBlock.run(number, keys.get('loss') ?? 0, 0, points - 1, points, packBlock(history))
  })
  database.close()
}

function insertTexts(
  insert: StatementSync,
  run: string,
  texts: Readonly<Record<string, string>>,
): void {
  for (const [key, value] of Object.entries(texts)) insert.run(run, key, value)
}

function inParts(database: DatabaseSync, count: number, write: (index: number) => void): void {
  const size = 10_000
  for (let begin = 0; begin < count; begin += size) {
    database.exec('begin immediate')
    for (let index = begin; index < Math.min(count, begin + size); index++) write(index)
    database.exec('commit')
  }
}
