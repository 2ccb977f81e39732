import { createHash } from 'node:crypto'
import { sql, type RawBuilder, type Selectable } from 'kysely'
import { TidemillError } from '#contract'
import type { Clock, Metadata } from '#store'
import { among } from '../among.ts'
import { newRunId } from '../runs.ts'
import type { Page } from '../search/search-rows.ts'
import type { TrackingTables } from '../tables.ts'
import { datasetDigest, type EvaluationDatasets } from './evaluation-datasets.ts'
import { canonical, mergedRecord, schemaOf, type EvaluationRecordBody } from './record-body.ts'

export interface EvaluationRecord {
  readonly id: string
  readonly dataset: string
  readonly body: EvaluationRecordBody
  readonly createdAt: number
  readonly updatedAt: number
  readonly createdBy: string
  readonly updatedBy: string
}

/** The questions of evaluation data sets. */
export interface EvaluationRecords {
  /** Records with the same inputs are one: what is given replaces what was. */
  putEvaluationRecords(
    id: string,
    records: readonly EvaluationRecordBody[],
    by: string,
  ): Promise<{ readonly inserted: number; readonly updated: number }>
  /** Those with some words in any part, where words are given; fewer than the limit where they are long. */
  evaluationRecords(
    id: string,
    page: { readonly after: string; readonly limit: number; readonly text?: string },
  ): Promise<Page<EvaluationRecord>>
  evaluationRecord(id: string, record: string): Promise<EvaluationRecord>
  removeEvaluationRecords(id: string, records: readonly string[]): Promise<number>
}

/** So many at a time: other writers wait for one transaction, and not for all that a call holds. */
const batch = 1000
/** A page ends where its records have so many letters: one may have millions. */
const mostLetters = 16 << 20
const readAtOnce = 20

type Row = Selectable<TrackingTables['evaluation_records']>

export function openEvaluationRecords(
  metadata: Metadata,
  clock: Clock,
  { experimentsOfDataset: checkDataset }: Pick<EvaluationDatasets, 'experimentsOfDataset'>,
): EvaluationRecords {
  const database = metadata.tables<TrackingTables>()

  /** Records with the same inputs as one there or before them are added to it. */
  async function putBatch(id: string, given: readonly EvaluationRecordBody[], by: string) {
    const now = clock.now()
    const digests = given.map(({ inputs }) =>
      createHash('sha256').update(canonical(inputs)).digest('hex'),
    )
    return metadata.transaction<TrackingTables, { inserted: number; updated: number }>(
      async (tx) => {
        const before = await tx
          .selectFrom('evaluation_records')
          .select(['id', 'record', 'inputs_digest'])
          .where('dataset', '=', id)
          .where(among('inputs_digest', digests, metadata.dialect))
          .execute()
        const known = new Map(before.map((row) => [row.inputs_digest, row]))
        const bodies = new Map<string, EvaluationRecordBody>()
        for (const [at, body] of given.entries()) {
          const digest = digests[at] ?? ''
          const there = known.get(digest)
          const old =
            bodies.get(digest) ?? (there && (JSON.parse(there.record) as EvaluationRecordBody))
          bodies.set(digest, old ? mergedRecord(old, body) : body)
        }
        const changed = { updated_at: now, updated_by: by }
        const fresh = [...bodies].filter(([digest]) => !known.has(digest))
        // Pages are by identifier, so that records come out in the order in which they came.
        const ids = fresh.map(() => `dr-${newRunId(now)}`).toSorted()
        const rows = fresh.map(([inputs_digest, body], at) => ({
          ...{ id: ids[at] ?? '', dataset: id, inputs_digest },
          ...{ record: JSON.stringify(body), created_at: now, created_by: by, ...changed },
        }))
        if (rows.length > 0) await tx.insertInto('evaluation_records').values(rows).execute()
        for (const [digest, { id: own }] of known) {
          await tx
            .updateTable('evaluation_records')
            .set({ record: JSON.stringify(bodies.get(digest)), ...changed })
            .where('id', '=', own)
            .execute()
        }
        const { schema } = await tx
          .selectFrom('evaluation_datasets')
          .select('schema')
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
        await tx
          .updateTable('evaluation_datasets')
          .set({ digest: datasetDigest(id, now), schema: schemaOf(schema, given), ...changed })
          .where('id', '=', id)
          .execute()
        return { inserted: rows.length, updated: given.length - rows.length }
      },
    )
  }

  async function rowsAfter(
    id: string,
    text: string,
    after: string,
    limit: number,
  ): Promise<readonly Row[]> {
    const select = database
      .selectFrom('evaluation_records')
      .selectAll()
      .where('dataset', '=', id)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
    return (text === '' ? select : select.where(hasWords(text))).execute()
  }

  return {
    async putEvaluationRecords(id, given, by) {
      await checkDataset(id)
      let [inserted, updated] = [0, 0]
      for (let start = 0; start < given.length || start === 0; start += batch) {
        const done = await putBatch(id, given.slice(start, start + batch), by)
        inserted += done.inserted
        updated += done.updated
      }
      return { inserted, updated }
    },

    async evaluationRecords(id, { after, limit, text = '' }) {
      await checkDataset(id)
      const rows: Row[] = []
      let letters = 0
      while (rows.length <= limit && letters <= mostLetters) {
        const asked = Math.min(readAtOnce, limit + 1 - rows.length)
        const found = await rowsAfter(id, text, rows.at(-1)?.id ?? after, asked)
        rows.push(...found)
        if (found.length < asked) return { items: rows.map(recordOf) }
        for (const { record } of found) letters += record.length
      }
      // One more than is given says that there are more.
      const items = rows.slice(0, -1).map(recordOf)
      const next = items.at(-1)?.id
      return { items, ...(next === undefined ? {} : { next }) }
    },

    async evaluationRecord(id, record) {
      await checkDataset(id)
      const row = await database
        .selectFrom('evaluation_records')
        .selectAll()
        .where('dataset', '=', id)
        .where('id', '=', record)
        .executeTakeFirst()
      if (row) return recordOf(row)
      throw new TidemillError('not_found', {
        kind: 'record of an evaluation data set',
        name: record,
      })
    },

    async removeEvaluationRecords(id, given) {
      await checkDataset(id)
      if (given.length === 0) return 0
      const { numDeletedRows } = await database
        .deleteFrom('evaluation_records')
        .where('dataset', '=', id)
        .where('id', 'in', [...given])
        .executeTakeFirst()
      return Number(numDeletedRows)
    },
  }
}

function recordOf(row: Row): EvaluationRecord {
  return {
    ...{ id: row.id, dataset: row.dataset, body: JSON.parse(row.record) as EvaluationRecordBody },
    ...{ createdAt: row.created_at, updatedAt: row.updated_at },
    ...{ createdBy: row.created_by, updatedBy: row.updated_by },
  }
}

/** Records are kept as JSON, where quotes and line ends of a text stand escaped. SQLite makes letters of ASCII alone small. */
function hasWords(text: string): RawBuilder<boolean> {
  const written = JSON.stringify(text).slice(1, -1).replaceAll(/[!%_]/g, '!$&')
  const [as, small] = [`%${written}%`, `%${written.toLowerCase()}%`]
  return sql<boolean>`(record like ${as} escape '!' or lower(record) like ${small} escape '!')`
}
