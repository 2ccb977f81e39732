import type { Kysely } from 'kysely'
import { TidemillError } from '#contract'
import type { Clock, Metadata } from '#store'
import type { Experiments } from '../experiments.ts'
import { newRunId } from '../runs.ts'
import type { Page } from '../search/search-rows.ts'
import type { TrackingTables } from '../tables.ts'
import { checkInput, checkSameInput, type LabelInput } from './label-input.ts'
import { checkInstruction, checkSchemaName, usualQuestion } from './label-schema-rules.ts'
import { newestFirst, type PageAsked } from './newest-first.ts'
import { needActive, named, refused } from './review-rules.ts'

interface Asked {
  readonly type: 'feedback' | 'expectation'
  readonly instruction?: string
  /** Whether a word may be added to the answer. */
  readonly hasComment: boolean
  readonly input: LabelInput
}

/** A question about traces; its name is that of the judgements that answer it. */
export interface LabelSchema extends Asked {
  readonly id: string
  readonly experiment: string
  readonly name: string
  /** The one that every experiment has, and that nobody changes. */
  readonly isUsual: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

type NewLabelSchema = Asked & Pick<LabelSchema, 'experiment' | 'name'>
type LabelSchemaChange = Partial<Pick<LabelSchema, 'name' | 'instruction' | 'hasComment' | 'input'>>

export interface LabelSchemas {
  createLabelSchema(given: NewLabelSchema): Promise<LabelSchema>
  labelSchema(id: string): Promise<LabelSchema>
  labelSchemaNamed(experiment: string, name: string): Promise<LabelSchema>
  /** The question that every experiment has is made when it is first asked for. */
  labelSchemas(experiment: string, page: PageAsked): Promise<Page<LabelSchema>>
  changeLabelSchema(id: string, change: LabelSchemaChange): Promise<LabelSchema>
  /** One that is not there is gone already. What was answered stays. */
  removeLabelSchema(id: string): Promise<void>
}

type Row = TrackingTables['label_schemas']

const missing = (name: string) => new TidemillError('not_found', { kind: 'label schema', name })

export function openLabelSchemas(
  metadata: Metadata,
  clock: Clock,
  experiments: Pick<Experiments, 'experiment'>,
): LabelSchemas {
  const database = metadata.tables<TrackingTables>()

  function newRow({ experiment, name, ...asked }: NewLabelSchema): Row {
    const now = clock.now()
    const times = { created_at: now, updated_at: now }
    return { id: `ls-${newRunId(now)}`, experiment, name, schema: written(asked), ...times }
  }

  async function find(
    id: string,
    from: Kysely<TrackingTables> = database,
  ): Promise<Row | undefined> {
    return from.selectFrom('label_schemas').selectAll().where('id', '=', id).executeTakeFirst()
  }

  async function findNamed(experiment: string, name: string): Promise<Row | undefined> {
    return database
      .selectFrom('label_schemas')
      .selectAll()
      .where('experiment', '=', experiment)
      .where('name', '=', name)
      .executeTakeFirst()
  }

  async function labelSchema(id: string): Promise<LabelSchema> {
    const row = await find(id)
    if (!row) throw missing(id)
    return schemaOf(row)
  }

  async function needUsual(experiment: string): Promise<void> {
    if (await findNamed(experiment, usualQuestion.name)) return
    await database
      .insertInto('label_schemas')
      .values(newRow({ ...usualQuestion, experiment }))
      .onConflict((conflict) => conflict.columns(['experiment', 'name']).doNothing())
      .execute()
  }

  return {
    labelSchema,

    async createLabelSchema(given) {
      checkSchemaName(given.name)
      checkInstruction(given.instruction ?? '')
      checkInput(given.input)
      await needActive(experiments, given.experiment)
      const row = newRow(given)
      return named('label schema', row.name, async () => {
        await database.insertInto('label_schemas').values(row).execute()
        return schemaOf(row)
      })
    },

    async labelSchemaNamed(experiment, name) {
      await needActive(experiments, experiment)
      const row = await findNamed(experiment, name)
      if (!row) throw missing(name)
      return schemaOf(row)
    },

    async labelSchemas(experiment, page) {
      await needActive(experiments, experiment)
      await needUsual(experiment)
      const order = newestFirst<Row>(page, 'id', ['label schemas', experiment])
      const rows = await database
        .selectFrom('label_schemas')
        .selectAll()
        .where('experiment', '=', experiment)
        .where(order.after)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .limit(page.limit + 1)
        .execute()
      const { items, ...rest } = order.page(rows)
      return { items: items.map(schemaOf), ...rest }
    },

    async changeLabelSchema(id, change) {
      const write = () =>
        metadata.transaction<TrackingTables, LabelSchema>(async (tx) => {
          const row = await find(id, tx)
          if (!row) throw missing(id)
          const before = schemaOf(row)
          checkChange(before, change)
          const changed = {
            name: change.name ?? before.name,
            schema: written({ ...before, ...change }),
            updated_at: clock.now(),
          }
          await tx.updateTable('label_schemas').set(changed).where('id', '=', id).execute()
          return schemaOf({ ...row, ...changed })
        })
      return named('label schema', change.name ?? id, write)
    },

    async removeLabelSchema(id) {
      const row = await find(id)
      if (row && schemaOf(row).isUsual) {
        throw refused('The question that every experiment has cannot be removed.')
      }
      await database.deleteFrom('label_schemas').where('id', '=', id).execute()
    },
  }
}

function checkChange(before: LabelSchema, { name, instruction, input }: LabelSchemaChange): void {
  if (before.isUsual) {
    throw refused('The question that every experiment has stays as it is; make another one.')
  }
  if (name !== undefined) checkSchemaName(name)
  checkInstruction(instruction ?? '')
  if (!input) return
  checkInput(input)
  checkSameInput(before.input, input)
}

/** JSON has no infinities: what is no finite number is kept as a text. */
function written({ type, instruction, hasComment, input }: Asked): string {
  return JSON.stringify({ type, instruction, hasComment, input }, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  )
}

function schemaOf({ id, experiment, name, schema, ...row }: Row): LabelSchema {
  const asked = JSON.parse(schema, (key, value: unknown) =>
    (key === 'least' || key === 'most') && typeof value === 'string' ? Number(value) : value,
  ) as Asked
  const times = { createdAt: row.created_at, updatedAt: row.updated_at }
  return { id, experiment, name, ...asked, isUsual: name === usualQuestion.name, ...times }
}
