import type { Kysely } from 'kysely'
import { TidemillError } from '#contract'
import { isUniqueViolation, type Clock, type Metadata } from '#store'
import { newRunId } from './runs.ts'
import type { TrackingTables } from './tables.ts'
import { assessmentOf, type Assessment, type Trace } from './trace-records.ts'

/** What people and programs think of traces. */
export interface Assessments {
  /** One that was made elsewhere keeps its identifier and its times. */
  addAssessment(
    given: Omit<Assessment, 'id' | 'createdAt' | 'updatedAt'> &
      Partial<Pick<Assessment, 'id' | 'createdAt' | 'updatedAt'>>,
  ): Promise<Assessment>
  assessment(trace: string, id: string): Promise<Assessment>
  changeAssessment(
    trace: string,
    id: string,
    change: Pick<Assessment, 'name' | 'value' | 'body'>,
  ): Promise<Assessment>
  removeAssessment(trace: string, id: string): Promise<void>
}

export function openAssessments(
  metadata: Metadata,
  clock: Clock,
  trace: (id: string) => Promise<Trace>,
): Assessments {
  const database = metadata.tables<TrackingTables>()

  async function assessment(ofTrace: string, id: string): Promise<Assessment> {
    const row = await database
      .selectFrom('trace_assessments')
      .selectAll()
      .where('trace', '=', ofTrace)
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row) throw new TidemillError('not_found', { kind: 'assessment', name: id })
    return assessmentOf(row)
  }

  /** One that a later one replaces counts no more, until that is taken back. */
  async function setStanding(
    tx: Kysely<TrackingTables>,
    { id: own, body }: Assessment,
    isValid: boolean,
  ): Promise<void> {
    await tx
      .updateTable('trace_assessments')
      .set({ assessment: JSON.stringify({ ...body, valid: isValid }) })
      .where('id', '=', own)
      .execute()
  }

  return {
    assessment,

    async addAssessment({ trace: id, name, kind, value, body, ...given }) {
      await trace(id)
      const before = overriddenBy(body)
      const replaced = before === undefined ? undefined : await assessment(id, before)
      const now = clock.now()
      const own = given.id ?? `a-${newRunId(now)}`
      const createdAt = given.createdAt ?? now
      const row = {
        ...{ id: own, trace: id, name, kind, value, created_at: createdAt },
        updated_at: given.updatedAt ?? createdAt,
        assessment: JSON.stringify(body),
      }
      try {
        await metadata.transaction<TrackingTables, void>(async (tx) => {
          await tx.insertInto('trace_assessments').values(row).execute()
          if (replaced) await setStanding(tx, replaced, false)
        })
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        throw new TidemillError('already_exists', { kind: 'assessment', name: own }, error)
      }
      return assessment(id, own)
    },

    async changeAssessment(id, own, { name, value, body }) {
      await assessment(id, own)
      await database
        .updateTable('trace_assessments')
        .set({ name, value, assessment: JSON.stringify(body), updated_at: clock.now() })
        .where('id', '=', own)
        .execute()
      return assessment(id, own)
    },

    async removeAssessment(id, own) {
      const before = overriddenBy((await assessment(id, own)).body)
      const { assessments } = await trace(id)
      const replaced = assessments.find((each) => each.id === before)
      await metadata.transaction<TrackingTables, void>(async (tx) => {
        await tx.deleteFrom('trace_assessments').where('id', '=', own).execute()
        if (replaced) await setStanding(tx, replaced, true)
      })
    },
  }
}

function overriddenBy({ overrides }: Assessment['body']): string | undefined {
  return typeof overrides === 'string' && overrides !== '' ? overrides : undefined
}
