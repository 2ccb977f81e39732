import { operations, TidemillError } from '#contract'
import { draw, estimatorNamed, grid, type Choice, type Point, type Space } from '#learn'
import { seeded } from '#stats'
import type { Table } from '#table'
import { connect } from './kit/connect.ts'
import { evaluateModel, loadDataset, startRun, trainModel, trainTestSplit } from './kit/index.ts'

export interface TrainRequest {
  readonly dataset: string
  readonly version?: number
  /** The dataset's own label unless said. */
  readonly label?: string
  readonly estimator: string
  readonly params?: Point
  readonly experiment: string
  readonly name?: string
  readonly testShare: number
  readonly seed: number
}

export interface Trained {
  readonly run: string
  readonly params: Point
  readonly metrics: Readonly<Record<string, number>>
}

interface Rows {
  readonly label: string
  readonly train: Table
  readonly test: Table
}

/** Trains once on a dataset and keeps the run with its model. */
export async function trainRun(request: TrainRequest): Promise<Trained> {
  return trainOn(await rowsFor(request), request, request.params ?? {}, {})
}

export interface SearchRequest extends TrainRequest {
  readonly space: Space
  /** Points drawn at random; every combination of the lists without it. */
  readonly trials?: number
  readonly metric: string
  readonly goal: 'max' | 'min'
}

export interface SearchProgress {
  readonly done: number
  readonly total: number
  readonly best?: Trained
}

export interface SearchResult {
  /** The best first. */
  readonly trials: readonly Trained[]
}

/** Tries points of a space on the same split, each kept as a run. */
export async function searchRuns(
  request: SearchRequest,
  onProgress: (progress: SearchProgress) => void = () => undefined,
): Promise<SearchResult> {
  const { space, trials, metric, goal, seed } = request
  const known = estimatorNamed(request.estimator).options
  const unknown = Object.keys(space).filter((name) => !known[name])
  if (unknown.length > 0) {
    const problem = `${request.estimator} has no option ${unknown.join(', ')}; it has ${Object.keys(known).join(', ')}.`
    throw new TidemillError('bad_request', { problem })
  }
  const random = seeded(seed)
  const points =
    trials === undefined ? gridOf(space) : Array.from({ length: trials }, () => draw(space, random))
  const rows = await rowsFor(request)
  const done: Trained[] = []
  const search = `${request.estimator} search`
  for (const point of points) {
    const params = { ...request.params, ...point }
    done.push(await trainOn(rows, request, params, { 'tidemill.search': search }))
    const [best] = ranked(done, metric, goal)
    onProgress({ done: done.length, total: points.length, ...(best ? { best } : {}) })
  }
  return { trials: ranked(done, metric, goal) }
}

function gridOf(space: Space): readonly Point[] {
  const range = Object.entries(space).find(([, choice]) => !('length' in choice))
  if (!range) return grid(space)
  const problem = `${range[0]} is a range, which has no end of values; say how many to draw with --trials.`
  throw new TidemillError('bad_request', { problem })
}

function ranked(trials: readonly Trained[], metric: string, goal: 'max' | 'min'): Trained[] {
  const known = trials.filter((trial) => trial.metrics[metric] !== undefined)
  const [first] = trials
  if (known.length === 0 && first) {
    const names = Object.keys(first.metrics).join(', ')
    throw new TidemillError('bad_request', {
      problem: `There is no metric ${metric}; there are ${names}.`,
    })
  }
  const sign = goal === 'max' ? -1 : 1
  return known.toSorted((a, b) => sign * ((a.metrics[metric] ?? 0) - (b.metrics[metric] ?? 0)))
}

async function rowsFor({ dataset, version, label, testShare, seed }: TrainRequest): Promise<Rows> {
  const caller = await connect()
  const { dataset: found } = await caller.call(operations.datasets.get, { name: dataset })
  const target = label ?? found.label
  if (target === undefined) {
    const problem = `${dataset} does not say which column to predict; name it with --label.`
    throw new TidemillError('bad_request', { problem })
  }
  const table = await loadDataset(dataset, version)
  return { label: target, ...trainTestSplit(table, { label: target, testShare, seed }) }
}

async function trainOn(
  { label, train, test }: Rows,
  { dataset, version, estimator, experiment, name, seed, testShare }: TrainRequest,
  params: Point,
  tags: Readonly<Record<string, string>>,
): Promise<Trained> {
  // Before the run is begun, so that what cannot be trained leaves none.
  const model = trainModel(train, { label, estimator, params, seed })
  const metrics = evaluateModel(model, test)
  const run = await startRun({
    experiment,
    dataset,
    params: { estimator, ...params, seed, test_share: testShare },
    tags,
    ...(version === undefined ? {} : { datasetVersion: version }),
    ...(name === undefined ? {} : { name }),
  })
  await run.logMetrics(metrics)
  await run.logModel(model, { train, test })
  await run.end()
  return { run: run.id, params, metrics }
}

/** `1,3,5` as a list, `1..15` as whole numbers of a range, `0.01..10` as numbers of one, with `log` behind for a logarithmic one. */
export function readChoice(text: string): Choice {
  const range = /^(-?[\d.e+-]+?)\.\.(-?[\d.e+-]+)(,log)?$/i.exec(text)
  if (!range) return text.split(',').map(readValue)
  const [, from = '', to = '', log] = range
  const [min, max] = [Number(from), Number(to)]
  if (!(min < max) || (log !== undefined && min <= 0)) {
    throw new TidemillError('bad_request', { problem: `"${text}" is no range: FROM..TO.` })
  }
  const integer = Number.isInteger(min) && Number.isInteger(max) && !/[.e]/i.test(from + to)
  return { min, max, integer, log: log !== undefined }
}

export function readValue(text: string): number | string | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  const number = Number(text)
  return text.trim() === '' || Number.isNaN(number) ? text : number
}
