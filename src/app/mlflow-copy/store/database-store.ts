import { dirname } from 'node:path'
import type { RunModels } from '../copied.ts'
import type { Json } from '../../json.ts'
import { databaseModels } from './database-models.ts'
import { databaseTraces } from './database-traces.ts'
import { pairsOfTexts, type MlflowStore, type StoredPoint, type Texts } from './mlflow-store.ts'
import { filesAt } from './stored-files.ts'
import { storedValue } from './stored-value.ts'

type Row = Readonly<Record<string, unknown>>

/** Asks a database of MLflow's: statements with `?` for their values. */
export interface MlflowRows {
  readonly name: string
  /** Tables and views by name, those that may not be read as well. */
  tables(): Promise<readonly string[]>
  rows(sql: string, values?: readonly (string | number)[]): Promise<readonly Row[]>
  close(): Promise<void>
}

const page = 200
const pointPage = 20_000
const neededTables = ['experiments', 'runs', 'params', 'tags', 'metrics', 'latest_metrics']

/** A database that MLflow's server wrote, of any of its last schemas: a table that one does not have is asked of none. */
export async function databaseStore(
  database: MlflowRows,
  artifacts: string | undefined,
): Promise<MlflowStore> {
  const base = dirname(database.name.replace(/^sqlite:\/*/, '/'))
  const tables = new Set(await database.tables())
  const missing = neededTables.find((table) => !tables.has(table))
  if (missing !== undefined) throw new Error(`it has no table ${missing}`)

  /** Nothing of a table that came with a later version. Whatever else a database refuses ends the copy: else it would pass for nothing. */
  async function rows(sql: string, ...values: readonly (string | number)[]) {
    const named = sql.matchAll(/\b(?:from|join) (\w+)/g)
    return named.every(([, table = '']) => tables.has(table)) ? database.rows(sql, values) : []
  }

  async function textsOf(sql: string, ...values: readonly (string | number)[]): Promise<Texts> {
    const found = await rows(sql, ...values)
    return Object.fromEntries(found.map(({ k, v }) => [String(k), String(v ?? '')]))
  }

  async function datasetsOf(run: string): Promise<readonly Json[]> {
    const found = await rows(
      `select i.input_uuid as id, d.name, d.digest, d.dataset_source_type as source_type,
        d.dataset_source as source, d.dataset_schema as schema, d.dataset_profile as profile
        from inputs i join datasets d on d.dataset_uuid = i.source_id
        where i.source_type = 'DATASET' and i.destination_type = 'RUN' and i.destination_id = ?`,
      run,
    )
    return Promise.all(
      found.map(async ({ id, ...dataset }) => ({
        dataset: Object.fromEntries(Object.entries(dataset).filter(([, value]) => value !== null)),
        tags: pairsOfTexts(
          await textsOf(
            `select name as k, value as v from input_tags where input_uuid = ?`,
            String(id),
          ),
        ),
      })),
    )
  }

  async function modelsOf(run: string): Promise<RunModels> {
    const found = await rows(
      `select * from inputs where source_id = ? and source_type in ('RUN_INPUT', 'RUN_OUTPUT')`,
      run,
    )
    const of = (type: string) => found.filter((row) => row.source_type === type)
    return {
      inputs: of('RUN_INPUT').map((row) => ({ model_id: String(row.destination_id) })),
      outputs: of('RUN_OUTPUT').map((row) => ({
        ...{ model_id: String(row.destination_id), step: Number(row.step) },
      })),
    }
  }

  async function runOf(row: Row) {
    const id = String(row.run_uuid)
    const [params, tags, metrics, datasets, models] = await Promise.all([
      textsOf(`select key as k, value as v from params where run_uuid = ?`, id),
      textsOf(`select key as k, value as v from tags where run_uuid = ?`, id),
      rows(`select key from latest_metrics where run_uuid = ?`, id),
      datasetsOf(id),
      modelsOf(id),
    ])
    const name = row.name ?? tags['mlflow.runName']
    return {
      id,
      experiment: String(row.experiment_id),
      status: String(row.status),
      ...{ params, tags, datasets, models },
      metrics: metrics.map(({ key }) => String(key)),
      files: filesAt(String(row.artifact_uri), base, artifacts),
      ...(typeof name === 'string' && name !== '' ? { name } : {}),
      ...(row.user_id === null ? {} : { user: String(row.user_id) }),
      ...(row.start_time === null ? {} : { start: Number(row.start_time) }),
      ...(row.end_time === null ? {} : { end: Number(row.end_time) }),
    }
  }

  return {
    name: database.name,
    ...databaseModels(rows, textsOf, base, artifacts),
    ...databaseTraces(rows, textsOf, base, artifacts),
    close: () => database.close(),

    async experiments() {
      const found = await rows(
        `select experiment_id as id, name from experiments where lifecycle_stage = 'active' order by experiment_id`,
      )
      return Promise.all(
        found.map(async ({ id, name }) => ({
          id: String(id),
          name: String(name),
          tags: await textsOf(
            `select key as k, value as v from experiment_tags where experiment_id = ?`,
            Number(id),
          ),
        })),
      )
    },

    async *runs(experiment) {
      let last = { start: -1, id: '' }
      for (;;) {
        const found = await rows(
          `select * from runs where experiment_id = ? and lifecycle_stage = 'active'
            and (coalesce(start_time, 0) > ? or (coalesce(start_time, 0) = ? and run_uuid > ?))
            order by coalesce(start_time, 0), run_uuid limit ${page}`,
          ...[Number(experiment), last.start, last.start, last.id],
        )
        const runs = []
        for (const row of found) runs.push(await runOf(row))
        yield runs
        const end = found.at(-1)
        if (found.length < page || !end) return
        last = { start: Number(end.start_time ?? 0), id: String(end.run_uuid) }
      }
    },

    async *history(run, key) {
      for (let offset = 0; ; offset += pointPage) {
        const found = await rows(
          `select value, timestamp, step, is_nan from metrics where run_uuid = ? and key = ?
            order by step, timestamp, value limit ${pointPage} offset ${offset}`,
          run,
          key,
        )
        yield found.map((row): StoredPoint => ({
          key,
          value: storedValue(row.value, row.is_nan),
          timestamp: Number(row.timestamp),
          step: Number(row.step),
        }))
        if (found.length < pointPage) return
      }
    },

    async registeredModels() {
      const found = await rows(`select name, description from registered_models order by name`)
      return Promise.all(
        found.map(async ({ name, description }) => ({
          name: String(name),
          ...(description === null ? {} : { description: String(description) }),
          tags: pairsOfTexts(
            await textsOf(
              `select key as k, value as v from registered_model_tags where name = ?`,
              String(name),
            ),
          ),
          aliases: (
            await rows(
              `select alias, version from registered_model_aliases where name = ?`,
              String(name),
            )
          ).map(({ alias, version }) => ({ alias: String(alias), version: String(version) })),
        })),
      )
    },

    async versions(model) {
      const found = await rows(
        `select * from model_versions where name = ? and current_stage <> 'Deleted_Internal' order by version`,
        model,
      )
      return Promise.all(
        found.map(async (row) => ({
          name: model,
          version: String(row.version),
          source: String(row.source ?? ''),
          current_stage: String(row.current_stage ?? 'None'),
          tags: pairsOfTexts(
            await textsOf(
              `select key as k, value as v from model_version_tags where name = ? and version = ?`,
              model,
              Number(row.version),
            ),
          ),
          ...(row.run_id === null ? {} : { run_id: String(row.run_id) }),
          ...(row.description === null ? {} : { description: String(row.description) }),
        })),
      )
    },
  }
}
