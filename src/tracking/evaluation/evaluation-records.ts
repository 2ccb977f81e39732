import { createHash } from 'node:crypto'
import type { Clock, Metadata } from '#store'
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

export function openEvaluationRecords(
  metadata: Metadata,
  clock: Clock,
  dataset: (id: string) => Promise<EvaluationDataset>,
): EvaluationRecords {
  const database = metadata.tables<TrackingTables>()

  return {
    async putEvaluationRecords(id, given, by) {
      const { schema } = await dataset(id)
      return metadata.transaction<TrackingTables, { inserted: number; updated: number }>(
        async (tx) => {
          let [inserted, updated] = [0, 0]
          const now = clock.now()
          for (const body of given) {
            const inputs_digest = createHash('sha256').update(canonical(body.inputs)).digest('hex')
            const before = await tx
              .selectFrom('evaluation_records')
              .select(['id', 'record'])
              .where('dataset', '=', id)
              .where('inputs_digest', '=', inputs_digest)
              .executeTakeFirst()
            const changed = { updated_at: now, updated_by: by }
            if (before) {
              const record = JSON.stringify(
                mergedRecord(JSON.parse(before.record) as EvaluationRecordBody, body),
              )
              await tx
                .updateTable('evaluation_records')
                .set({ record, ...changed })
                .where('id', '=', before.id)
                .execute()
              updated++
              continue
            }
            await tx
              .insertInto('evaluation_records')
              .values({
                ...{ id: `dr-${newRunId(now)}`, dataset: id, inputs_digest },
                ...{ record: JSON.stringify(body), created_at: now, created_by: by, ...changed },
              })
              .execute()
            inserted++
          }
          await tx
            .updateTable('evaluation_datasets')
            .set({
              ...{ updated_at: now, digest: datasetDigest(id, now) },
              updated_by: by,
              schema: schemaOf(schema, given),
            })
            .where('id', '=', id)
            .execute()
          return { inserted, updated }
        },
      )
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
