import { TidemillError, type Run } from '#contract'
import type { Metadata } from '#store'
import { within } from './among.ts'
import { runInfo, type RunRow } from './run-info.ts'

/**
 * A run with its params, tags and metrics as the database writes them: JSON lists of `{"key": …, "value": …}`. A page of a thousand
 * runs has ten times as many of them, and to make and write an object for each took most of a search's time.
 */
export interface PackedRun {
  readonly row: RunRow
  /** The name of its experiment. */
  readonly experiment: string
  /** Where its files are kept, or its experiment's, when not here. */
  readonly artifactRoot: string | undefined
  readonly params: string
  readonly tags: string
  /** The last value of each metric, with its `timestamp` and `step`; what is not finite is a text, as `"NaN"`. */
  readonly metrics: string
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

/** A metric's value as JSON has it, by the mark beside it. */
const valueOr = (value: string, text: (name: string) => string): string =>
  `case special when 0 then ${value} when 1 then ${text('NaN')}
    when 2 then ${text('Infinity')} else ${text('-Infinity')} end`
const metricValue = {
  sqlite: valueOr('value', (name) => `'${name}'`),
  postgres: valueOr('to_json(value)', (name) => `to_json('${name}'::text)`),
}

export function openRunRecords(metadata: Metadata): RunRecords {
  const { dialect } = metadata

  /** What runs have in a table, a list of objects each. */
  async function listsOf<Key extends string | number>(
    runs: readonly Key[],
    from: string,
    fields: string,
  ): Promise<ReadonlyMap<Key, string>> {
    const type = typeof runs[0] === 'number' ? 'bigint' : 'text'
    // SQLite is asked run by run within the statement, which is a third faster than to group what it finds.
    const statement =
      dialect === 'sqlite'
        ? `select asked.value, (select json_group_array(json_object(${fields}))
            from ${from} where run = asked.value) from json_each(?) asked`
        : `select run, json_agg(json_build_object(${fields}))::text
            from ${from} where ${within('run', type, dialect)} group by run`
    const rows = await metadata.read(statement, [JSON.stringify(runs)])
    return new Map(rows as readonly (readonly [Key, string])[])
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
    const ids = rows.map((row) => row.id)
    const [params, tags, metrics, experiments] = await Promise.all([
      listsOf(ids, 'run_params', `'key', key, 'value', value`),
      listsOf(ids, 'run_tags', `'key', key, 'value', value`),
      listsOf(
        rows.map((row) => row.number),
        'metric_latest join metric_keys on metric_keys.id = metric_latest.key',
        `'key', name, 'value', ${metricValue[dialect]}, 'timestamp', at, 'step', step`,
      ),
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
        metrics: metrics.get(row.number) ?? '[]',
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

function unpacked({ row, experiment, params, tags, metrics }: PackedRun): Run {
  return {
    ...runInfo(row, experiment),
    params: fieldsOf(params, String),
    metrics: fieldsOf(metrics, Number),
    tags: fieldsOf(tags, String),
  }
}

function fieldsOf<T>(list: string, read: (value: unknown) => T): Record<string, T> {
  const pairs = JSON.parse(list) as readonly { readonly key: string; readonly value: unknown }[]
  return Object.fromEntries(pairs.map(({ key, value }) => [key, read(value)]))
}
