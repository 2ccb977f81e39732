import { TidemillError, type Run } from '#contract'
import { checkKey, type LogEntries } from '#tracking'
import { isJson } from '../../json.ts'
import { inputOf, missing, wrong, type Input } from './input.ts'
import { longest, shortText } from './limits.ts'

const states = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']
const longestParam = 6000
export const longestTag = 8000
export const longestName = 500

export function runOf(input: Input): string {
  const id = input.text('run_id') ?? input.text('run_uuid') ?? ''
  if (id === '') throw missing('run_id')
  return id
}

export function stateOf(input: Input): Run['status'] | undefined {
  const status = input.text('status')
  if (status === undefined) return undefined
  if (states.includes(status)) return status.toLowerCase() as Run['status']
  throw wrong('status', status, states.join(', '))
}

type Metric = NonNullable<LogEntries['metrics']>[number]

export function metricOf(input: Input): Metric {
  const key = checkKey('metric', input.text('key') ?? '')
  const value = input.number('value')
  if (value === undefined) throw missing('value')
  const [time, step, model] = [
    input.integer('timestamp'),
    input.integer('step'),
    input.text('model_id'),
  ]
  if (time !== undefined && time < 0) throw wrong('timestamp', time, 'milliseconds since 1970')
  const [datasetName, datasetDigest] = [
    shortText(input, 'dataset_name', longest.datasetName),
    shortText(input, 'dataset_digest', longest.digest),
  ]
  return {
    key,
    value,
    ...(time === undefined ? {} : { time }),
    ...(step === undefined ? {} : { step }),
    ...(model === undefined || model === '' ? {} : { model }),
    ...(datasetName === undefined ? {} : { datasetName }),
    ...(datasetDigest === undefined ? {} : { datasetDigest }),
  }
}

/** The points of a batch: what is plainly right is taken as it stands, the rest is read field by field. */
export function metricsOf(input: Input): readonly Metric[] {
  const list = input.raw('metrics') ?? []
  if (!Array.isArray(list)) return input.list('metrics').map(metricOf)
  atMost(list, 1000, 'metrics')
  return list.map((each: unknown) => {
    if (!isJson(each)) throw wrong('metrics', each, 'a list of objects')
    const { key, value, timestamp, step, model_id: model, dataset_name: data } = each
    const isPlain =
      typeof key === 'string' &&
      typeof value === 'number' &&
      isWhole(timestamp) &&
      timestamp >= 0 &&
      isWhole(step) &&
      model === undefined &&
      data === undefined
    return isPlain ? { key, value, time: timestamp, step } : metricOf(inputOf(each))
  })
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

/** Params by key, cut as MLflow's server cuts them. The same key twice in one call is refused. */
export function paramsOf(list: readonly Input[]): Record<string, string> {
  const params = new Map<string, string>()
  for (const each of list) {
    const key = checkKey('param', each.text('key') ?? '')
    if (params.has(key)) {
      const problem = `The param ${key} is given twice; changing param values is not allowed.`
      throw new TidemillError('bad_request', { problem })
    }
    params.set(key, (each.text('value') ?? '').slice(0, longestParam))
  }
  return Object.fromEntries(params)
}

/** Tags by key; those that a run is made with may have any signs in their keys. */
export function tagsOf(
  list: readonly Input[],
  checked = (key: string): string => checkKey('tag', key),
): Record<string, string> {
  return Object.fromEntries(
    list.map((each) => [
      checked(each.text('key') ?? ''),
      (each.text('value') ?? '').slice(0, longestTag),
    ]),
  )
}

export function nonEmpty(input: Input, name: string, most: number): string {
  const text = shortText(input, name, most) ?? ''
  if (text === '') throw missing(name)
  return text
}

export function atMost(list: readonly unknown[], most: number, name: string): void {
  if (list.length <= most) return
  const problem = `A batch may hold at most ${most} ${name}; this one holds ${list.length}.`
  throw new TidemillError('bad_request', { problem })
}
