import { TidemillError, type Run } from '#contract'
import type { Metadata } from '#store'
import { within } from './among.ts'
import type { MetricNames } from './metric-names.ts'
import type { MetricPoint } from './metric-point.ts'
import { readValue } from './metric-value.ts'
import { runInfo, type RunRow } from './run-info.ts'

/**
 * A run with its params and tags as the database writes them: JSON lists of `{"key": …, "value": …}`. A page of a thousand runs has
 * ten times as many of them, and to make and write an object for each took most of a search's time.
 */
export interface PackedRun {
  readonly row: RunRow
  /** The name of its experiment. */
  readonly experiment: string
  /** Where its files are kept, or its experiment's, when not here. */
  readonly artifactRoot: string | undefined
  readonly params: string
  readonly tags: string
  /** The last value of each metric. */
  readonly latest: readonly MetricPoint[]
}

interface Experiment {
  readonly name: string
  readonly root: string | undefined
}

export interface RunRecords {
  row(id: string): Promise<RunRow>
  packed(rows: readonly RunRow[]): Promise<readonly PackedRun[]>
  runs(rows: readonly RunRow[]): Promise<readonly Run[]>
}

const columns = [
  'number',
  'id',
  'experiment',
  'name',
  'status',
  'started_at',
  'ended_at',
  'user_name',
  'source',
  'removed_at',
  'artifact_root',
] as const satisfies readonly (keyof RunRow)[]

const none: readonly never[] = []

export function openRunRecords(metadata: Metadata, names: MetricNames): RunRecords {
  const { dialect } = metadata
  async function listsOf(
    table: 'run_params' | 'run_tags',
    runs: string,
  ): Promise<ReadonlyMap<string, string>> {
    // SQLite is asked run by run within the statement, which is a third faster than to group what it finds.
    const statement =
      dialect === 'sqlite'
        ? `select asked.value, (select json_group_array(json_object('key', key, 'value', value))
            from ${table} where run = asked.value) from json_each(?) asked`
        : `select run, json_agg(json_build_object('key', key, 'value', value))::text
            from ${table} where ${within('run', 'text', dialect)} group by run`
    const rows = await metadata.read(statement, [runs])
    return new Map(rows as readonly (readonly [string, string])[])
  }

  async function latestOf(runs: string): Promise<ReadonlyMap<number, readonly MetricPoint[]>> {
    const rows = (await metadata.read(
      `select run, key, step, at, value, special from metric_latest
        where ${within('run', 'bigint', dialect)}`,
      [runs],
    )) as readonly (readonly [number, number, number, number, number, number])[]
    const nameOf = await names.namesOf([...new Set(rows.map(([, key]) => key))])
    const found = new Map<number, MetricPoint[]>()
    for (const [run, key, step, time, value, special] of rows) {
      const point = {
        key: nameOf.get(key) ?? '',
        value: special === 0 ? value : readValue({ value, special }),
        step,
        time,
      }
      const own = found.get(run)
      if (own) own.push(point)
      else found.set(run, [point])
    }
    return found
  }

  async function experimentsOf(rows: readonly RunRow[]): Promise<ReadonlyMap<string, Experiment>> {
    const ids = JSON.stringify([...new Set(rows.map((row) => row.experiment))])
    const found = (await metadata.read(
      `select id, name, artifact_root from experiments where ${within('id', 'text', dialect)}`,
      [ids],
    )) as readonly (readonly [string, string, string | null])[]
    return new Map(found.map(([id, name, root]) => [id, { name, root: root ?? undefined }]))
  }

  async function packed(rows: readonly RunRow[]): Promise<readonly PackedRun[]> {
    if (rows.length === 0) return []
    const ids = JSON.stringify(rows.map((row) => row.id))
    const numbers = JSON.stringify(rows.map((row) => row.number))
    const [params, tags, latest, experiments] = await Promise.all([
      listsOf('run_params', ids),
      listsOf('run_tags', ids),
      latestOf(numbers),
      experimentsOf(rows),
    ])
    return rows.map((row) => {
      const experiment = experiments.get(row.experiment)
      return {
        row,
        experiment: experiment?.name ?? '',
        artifactRoot: row.artifact_root ?? experiment?.root,
        params: params.get(row.id) ?? '[]',
        tags: tags.get(row.id) ?? '[]',
        latest: latest.get(row.number) ?? none,
      }
    })
  }

  return {
    packed,

    async row(id) {
      const names = columns.join(', ')
      const [found] = await metadata.read(`select ${names} from runs where id = ?`, [id])
      if (!found) throw new TidemillError('not_found', { kind: 'run', name: id })
      return Object.fromEntries(columns.map((name, i) => [name, found[i]])) as unknown as RunRow
    },

    runs: async (rows) => (await packed(rows)).map(unpacked),
  }
}

function unpacked({ row, experiment, params, tags, latest }: PackedRun): Run {
  return {
    ...runInfo(row, experiment),
    params: textsOf(params),
    metrics: Object.fromEntries(latest.map(({ key, value }) => [key, value])),
    tags: textsOf(tags),
  }
}

function textsOf(list: string): Record<string, string> {
  const pairs = JSON.parse(list) as readonly { readonly key: string; readonly value: string }[]
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]))
}
