import type { Metadata } from '#store'

export interface Seed {
  readonly experiment: string
  readonly name: string
  readonly runs: number
  readonly metrics?: readonly string[]
  /** Points of each metric's history. */
  readonly points?: number
  /** Every so many runs begin with a parent of the others. */
  readonly family?: number
}

const owners = ['ada', 'grace', 'edsger', 'barbara']
const optimizers = ['adam', 'sgd', 'lion']

/** Puts an experiment of very many runs straight into the database, the same ones each time. */
export async function seedRuns(metadata: Metadata, seed: Seed): Promise<void> {
  const { experiment, name, runs, metrics = ['loss', 'accuracy', 'f1'], points = 0, family } = seed
  const begin = Date.UTC(2026, 0, 1)
  await metadata.execute(
    `insert into experiments (id, name, created_at, updated_at) values (?, ?, ?, ?)`,
    [[experiment, name, begin, begin]],
  )
  await metadata.execute(
    `insert into metric_keys (name) values (?) on conflict do nothing`,
    metrics.map((each) => [each]),
  )
  const known = await metadata
    .tables<{ metric_keys: { id: number; name: string } }>()
    .selectFrom('metric_keys')
    .selectAll()
    .execute()
  const keys = metrics.map((each) => known.find((key) => key.name === each)?.id ?? 0)
  const first = 1 + (await highest(metadata))
  const idOf = (index: number): string => `${experiment}-${String(index).padStart(7, '0')}`
  const all = Array.from({ length: runs }, (_, index) => index)
  await metadata.execute(
    `insert into runs (number, id, experiment, name, status, started_at, ended_at, user_name, source)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    all.map((index) => [
      first + index,
      idOf(index),
      experiment,
      `run-${index}`,
      index % 17 === 16 ? 'failed' : 'finished',
      begin + index * 60_000,
      begin + index * 60_000 + 30_000 + (index % 90) * 1000,
      owners[index % owners.length] ?? '',
      JSON.stringify({ dataset: 'rides', datasetVersion: 1 + (index % 3) }),
    ]),
  )
  await metadata.execute(
    `insert into run_params (run, key, value) values (?, ?, ?)`,
    all.flatMap((index) => [
      [idOf(index), 'lr', String(learningRate(index))],
      [idOf(index), 'optimizer', optimizers[index % optimizers.length] ?? ''],
      [idOf(index), 'layers', String(1 + (index % 8))],
      [idOf(index), 'seed', '7'],
    ]),
  )
  await metadata.execute(
    `insert into run_tags (run, key, value) values (?, ?, ?)`,
    all.flatMap((index) => [
      [idOf(index), 'team', index % 2 === 0 ? 'north' : 'south'],
      ...(family !== undefined && index % family > 0
        ? [[idOf(index), 'mlflow.parentRunId', idOf(index - (index % family))]]
        : []),
    ]),
  )
  const latest = all.flatMap((index) =>
    keys.map((key, metric) => [
      first + index,
      key,
      Math.max(0, points - 1),
      begin + index * 60_000,
      valueAt(index, metric, points === 0 ? 60 : points),
      0,
    ]),
  )
  await metadata.execute(
    `insert into metric_latest (run, key, step, at, value, special) values (?, ?, ?, ?, ?, ?)`,
    latest,
  )
  if (points === 0) return
  await metadata.execute(
    `insert into metric_points (run, key, step, at, value, special) values (?, ?, ?, ?, ?, ?)`,
    all.flatMap((index) =>
      keys.flatMap((key, metric) =>
        Array.from({ length: points }, (_, step) => [
          first + index,
          key,
          step,
          begin + index * 60_000 + step * 400,
          valueAt(index, metric, step + 1),
          0,
        ]),
      ),
    ),
  )
}

async function highest(metadata: Metadata): Promise<number> {
  const found = await metadata
    .tables<{ runs: { number: number } }>()
    .selectFrom('runs')
    .select((each) => each.fn.max('number').as('number'))
    .executeTakeFirst()
  return Number(found?.number ?? 0)
}

const learningRate = (index: number): number =>
  Number((10 ** -(1 + (index % 31) / 10)).toPrecision(2))

/** Falls (the first metric) or rises with the steps towards what the run's params make of it. */
function valueAt(index: number, metric: number, step: number): number {
  const fit = 1 - Math.abs((index % 31) / 31 - 0.45) - 0.04 * Math.abs((index % 8) - 4)
  const learned = 1 - Math.exp(-(step + 4) / 24)
  const noise = 0.02 * Math.sin(index * 12.9898 + metric * 78.233 + step * 3.7)
  const value = metric === 0 ? 1.6 - 1.4 * fit * learned : fit * learned
  return Number((value + noise).toPrecision(6))
}
