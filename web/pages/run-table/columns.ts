import { dataOf, isSystemMetric, type Measured, type RunRow } from '#contract'
import { formatDuration, formatTime } from '../../design/format.ts'

/** What is known of a run in the table: its facts and the values of the columns chosen. */
export interface RunRecord {
  readonly run: RunRow
  readonly values: Readonly<Record<string, Measured>>
}

export interface GridColumn {
  /** `metrics.f1`, `params.k`, `tags.team`, or one of the facts. */
  readonly id: string
  readonly name: string
  readonly area: 'fact' | 'metrics' | 'params' | 'tags'
  /** As an order names it; absent where nothing can be ordered by it. */
  readonly orderBy?: string
  readonly numeric?: boolean
  readonly width: number
}

export const nameColumn: GridColumn = {
  id: 'name',
  name: 'Run',
  area: 'fact',
  orderBy: 'run_name',
  width: 260,
}

const facts: readonly GridColumn[] = [
  { id: 'status', name: 'State', area: 'fact', orderBy: 'status', width: 110 },
  { id: 'started', name: 'Started', area: 'fact', orderBy: 'start_time', width: 130 },
  {
    id: 'duration',
    name: 'Took',
    area: 'fact',
    orderBy: 'duration',
    numeric: true,
    width: 100,
  },
  { id: 'user', name: 'By', area: 'fact', orderBy: 'user_id', width: 100 },
  { id: 'dataset', name: 'Data', area: 'fact', width: 170 },
  { id: 'source', name: 'Source', area: 'fact', width: 120 },
  { id: 'models', name: 'Models', area: 'fact', width: 170 },
  { id: 'code', name: 'Code', area: 'fact', width: 110 },
  { id: 'experiment', name: 'Experiment', area: 'fact', width: 170 },
  { id: 'id', name: 'Identifier', area: 'fact', orderBy: 'run_id', width: 150 },
]

const factsById = new Map(facts.map((each) => [each.id, each]))

export const factIds: readonly string[] = facts.map((each) => each.id)

export interface Keys {
  readonly metrics: readonly string[]
  readonly params: readonly string[]
  readonly tags: readonly string[]
}

export function columnOf(id: string): GridColumn | undefined {
  const fact = factsById.get(id)
  if (fact !== undefined) return fact
  const [, area, key] = /^(metrics|params|tags)\.(.+)$/s.exec(id) ?? []
  if (area === undefined || key === undefined) return undefined
  const isMetric = area === 'metrics'
  return {
    id,
    name: key,
    area: area as GridColumn['area'],
    orderBy: `${area}.\`${key}\``,
    numeric: isMetric,
    width: Math.min(220, Math.max(96, 56 + key.length * 7.2)),
  }
}

/** What a table shows before anybody has chosen. */
export function usualColumns(keys: Keys, several: boolean): readonly string[] {
  const metrics = keys.metrics.filter((key) => !isSystemMetric(key))
  return [
    'status',
    'started',
    ...(several ? ['experiment'] : []),
    ...metrics.slice(0, 6).map((key) => `metrics.${key}`),
    ...keys.params.slice(0, 6).map((key) => `params.${key}`),
    'duration',
    'user',
    'dataset',
    'source',
    'models',
  ]
}

/** The columns shown: the pinned first, in the order they were pinned. */
export function shownColumns(
  ids: readonly string[],
  pinned: readonly string[],
): readonly GridColumn[] {
  const rest = ids.filter((id) => !pinned.includes(id))
  return [...pinned, ...rest].flatMap((id) => columnOf(id) ?? [])
}

/** The text of a cell; what has no value has none. */
export function cellText(column: GridColumn, { run, values }: RunRecord): string | undefined {
  switch (column.id) {
    case 'status':
      return run.status
    case 'started':
      return formatTime(run.startedAt)
    case 'duration':
      return run.endedAt === undefined ? undefined : formatDuration(run.endedAt - run.startedAt)
    case 'user':
      return run.user
    case 'dataset':
      return joined(dataOf(run, run.inputs))
    case 'source':
      return run.program
    case 'models':
      return joined([
        ...(run.versions ?? []).map(({ model, version }) => `${model} version ${version}`),
        ...(run.models ?? []).map(({ name }) => name),
      ])
    case 'code':
      return run.code?.slice(0, 10)
    case 'experiment':
      return run.experiment
    case 'id':
      return run.id
    default: {
      const value = values[column.id]
      return value === null || value === undefined ? undefined : String(value)
    }
  }
}

function joined(texts: readonly string[]): string | undefined {
  return texts.length === 0 ? undefined : texts.join(', ')
}

/** What is said where a run has no such value; `none` would read as Python's `None`, which is one. */
export const notSet = 'not set'

/** A value as a number where it reads as one: params and tags are texts. */
export function numberOf(value: Measured | undefined): number | undefined {
  if (typeof value === 'number') return value
  if (value === null || value === undefined || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}
