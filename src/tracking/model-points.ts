import { sql, type Selectable } from 'kysely'
import { TidemillError } from '#contract'
import type { Metadata } from '#store'
import { readValue } from './metric-value.ts'
import type { TrackingTables } from './tables.ts'

/** A metric that a run measured on a logged model, with the data set it was measured on. */
export interface ModelMetric {
  readonly key: string
  readonly value: number
  readonly step: number
  readonly time: number
  readonly run: string
  readonly datasetName: string
  readonly datasetDigest: string
}

/** What metrics of a logged model were over the steps of all runs that measured it. */
export interface ModelPoints {
  /** Every point, by key, data set, run, step and time: at most `limit` after where a page ended. */
  modelPoints(
    model: string,
    page: { readonly limit: number; readonly cursor?: string },
  ): Promise<{ readonly points: readonly ModelMetric[]; readonly next?: string }>
}

export type MetricRow = Selectable<TrackingTables['logged_model_metrics']>
type Place = readonly [string, string, string, string, number, number]

export function openModelPoints(metadata: Metadata): ModelPoints {
  const database = metadata.tables<TrackingTables>()
  return {
    async modelPoints(model, { limit, cursor }) {
      const found = await database
        .selectFrom('logged_models')
        .select('id')
        .where('id', '=', model)
        .where('removed_at', 'is', null)
        .executeTakeFirst()
      if (!found) throw new TidemillError('not_found', { kind: 'logged model', name: model })
      const place = cursor === undefined ? undefined : readPlace(cursor)
      const after = place
        ? sql`and (key, dataset_name, dataset_digest, run, step, at) > (${sql.join(place)})`
        : sql``
      const { rows } = await sql<MetricRow>`select * from logged_model_metrics
        where model = ${model} ${after}
        order by key, dataset_name, dataset_digest, run, step, at limit ${limit + 1}`.execute(
        database,
      )
      const shown = rows.slice(0, limit)
      const last = rows.length > limit ? shown.at(-1) : undefined
      return { points: shown.map(modelMetric), ...(last ? { next: writePlace(last) } : {}) }
    },
  }
}

export function modelMetric(row: MetricRow): ModelMetric {
  return {
    key: row.key,
    value: readValue(row),
    step: row.step,
    time: row.at,
    run: row.run,
    datasetName: row.dataset_name,
    datasetDigest: row.dataset_digest,
  }
}

function writePlace(row: MetricRow): string {
  const { key, dataset_name: name, dataset_digest: digest, run, step, at } = row
  const place: Place = [key, name, digest, run, step, at]
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** A cursor comes back from a caller, who may have written it. */
function readPlace(cursor: string): Place {
  let place: unknown
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    place = undefined
  }
  if (isPlace(place)) return place
  const problem = 'The cursor is not one that this server gave for points of a logged model.'
  throw new TidemillError('bad_request', { problem })
}

function isPlace(value: unknown): value is Place {
  return (
    Array.isArray(value) &&
    value.length === 6 &&
    value.slice(0, 4).every((part) => typeof part === 'string') &&
    value.slice(4).every((part) => Number.isSafeInteger(part))
  )
}
