import { createHash } from 'node:crypto'
import type { Clock, Metadata } from '#store'
import { among } from '../among.ts'
import { newRunId } from '../runs.ts'
import type { TrackingTables } from '../tables.ts'
import { datasetDigest, type EvaluationDataset } from './evaluation-datasets.ts'
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
  evaluationRecords(
    id: string,
    page: { readonly after: string; readonly limit: number },
  ): Promise<readonly EvaluationRecord[]>
  removeEvaluationRecords(id: string, records: readonly string[]): Promise<number>
}

/** So many at a time: other writers wait for one transaction, and not for all that a call holds. */
const batch = 1000

export function openEvaluationRecords(
  metadata: Metadata,
  clock: Clock,
  dataset: (id: string) => Promise<EvaluationDataset>,
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
        const rows = fresh.map(([inputs_digest, body]) => ({
          ...{ id: `dr-${newRunId(now)}`, dataset: id, inputs_digest },
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

  return {
    async putEvaluationRecords(id, given, by) {
      await dataset(id)
      let [inserted, updated] = [0, 0]
      for (let start = 0; start < given.length || start === 0; start += batch) {
        const done = await putBatch(id, given.slice(start, start + batch), by)
        inserted += done.inserted
        updated += done.updated
      }
      return { inserted, updated }
    },

    async evaluationRecords(id, { after, limit }) {
      await dataset(id)
      const rows = await database
        .selectFrom('evaluation_records')
        .selectAll()
        .where('dataset', '=', id)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({
        ...{ id: row.id, dataset: id, body: JSON.parse(row.record) as EvaluationRecordBody },
        ...{ createdAt: row.created_at, updatedAt: row.updated_at },
        ...{ createdBy: row.created_by, updatedBy: row.updated_by },
      }))
    },

    async removeEvaluationRecords(id, given) {
      await dataset(id)
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
