import type { Kysely } from 'kysely'
import {
  newId,
  TidemillError,
  type AliasChange,
  type Artifact,
  type Model,
  type ModelVersion,
  type Requirement,
  type Run,
  type Signature,
} from '#contract'
import type { Clock, Metadata } from '#store'
import { openAliases, type Aliases } from './aliases.ts'
import { openGateReports, type GateReports } from './gate-reports.ts'
import { modelCard } from './model-card.ts'
import type { RegistryTables } from './tables.ts'
import { versionRecord } from './version-record.ts'

export interface NewVersion {
  readonly model: string
  readonly run?: Run
  readonly artifact: Pick<Artifact, 'digest' | 'size'>
  readonly signature: Signature
  readonly inputExample?: ModelVersion['inputExample']
  readonly description?: string
  readonly by: string
}

/** Registered models: their versions, what each must show, and which one an alias names. */
export interface Registry extends Aliases, GateReports {
  models(): Promise<readonly Model[]>
  model(name: string): Promise<Model>
  findModel(name: string): Promise<Model | undefined>
  /** Makes a model or changes what is said of it. */
  declare(name: string, description?: string): Promise<Model>
  setRequirements(name: string, requirements: readonly Requirement[]): Promise<Model>
  /** The same bytes of the same run are the same version. */
  register(
    version: NewVersion,
  ): Promise<{ readonly version: ModelVersion; readonly unchanged: boolean }>
  /** Newest first. */
  versions(model: string): Promise<readonly ModelVersion[]>
  version(model: string, version: number): Promise<ModelVersion>
  versionsOfRun(run: string): Promise<readonly ModelVersion[]>
  /** The version an alias names, if it names one. */
  aliased(model: string, alias: string): Promise<ModelVersion | undefined>
  setCard(model: string, version: number, card: string, by: string): Promise<ModelVersion>
  /** The change of aliases by one model, newest first. */
  history(model: string): Promise<readonly AliasChange[]>
}

export interface RegistryParts {
  readonly metadata: Metadata
  readonly clock: Clock
}

export function openRegistry({ metadata, clock }: RegistryParts): Registry {
  const database = metadata.tables<RegistryTables>()
  const gateReports = openGateReports(metadata)
  const aliases = openAliases({ metadata, clock, model })

  async function findModel(name: string): Promise<Model | undefined> {
    const [row] = await database.selectFrom('models').selectAll().where('name', '=', name).execute()
    return row && (await modelRecords([row]))[0]
  }

  async function model(name: string): Promise<Model> {
    const found = await findModel(name)
    if (!found) throw new TidemillError('not_found', { kind: 'model', name })
    return found
  }

  async function modelRecords(
    rows: readonly {
      name: string
      description: string
      requirements: string
      created_at: number
    }[],
  ): Promise<readonly Model[]> {
    const [named, newest] = await Promise.all([
      database.selectFrom('model_aliases').selectAll().orderBy('alias').execute(),
      database
        .selectFrom('model_versions')
        .select((select) => ['model', select.fn.max('version').as('latest')])
        .groupBy('model')
        .execute(),
    ])
    return rows.map((row) => {
      const latest = newest.find((each) => each.model === row.name)?.latest
      const own = named.filter((each) => each.model === row.name)
      return {
        name: row.name,
        description: row.description,
        requirements: JSON.parse(row.requirements) as Requirement[],
        aliases: Object.fromEntries(own.map(({ alias, version }) => [alias, version])),
        ...(latest === undefined ? {} : { latest: Number(latest) }),
        createdAt: row.created_at,
      }
    })
  }

  async function versionsWhere(where: {
    model?: string
    version?: number
    run?: string
  }): Promise<readonly ModelVersion[]> {
    let select = database.selectFrom('model_versions').selectAll().orderBy('version', 'desc')
    if (where.model !== undefined) select = select.where('model', '=', where.model)
    if (where.version !== undefined) select = select.where('version', '=', where.version)
    if (where.run !== undefined) select = select.where('run', '=', where.run)
    const rows = await select.execute()
    if (rows.length === 0) return []
    const models = [...new Set(rows.map((row) => row.model))]
    const [named, gates] = await Promise.all([
      database.selectFrom('model_aliases').selectAll().where('model', 'in', models).execute(),
      gateReports.newestOf(models),
    ])
    return rows.map((row) =>
      versionRecord(
        row,
        named
          .filter((each) => each.model === row.model && each.version === row.version)
          .map((each) => each.alias),
        gates.find((gate) => gate.model === row.model && gate.version === row.version),
      ),
    )
  }

  async function version(name: string, number: number): Promise<ModelVersion> {
    const [found] = await versionsWhere({ model: name, version: number })
    if (!found)
      throw new TidemillError('not_found', { kind: 'model version', name: `${name}/${number}` })
    return found
  }

  async function declare(name: string, description?: string): Promise<Model> {
    const given = description === undefined ? {} : { description }
    await database
      .insertInto('models')
      .values({ name, description: '', requirements: '[]', created_at: clock.now(), ...given })
      .onConflict((conflict) =>
        description === undefined
          ? conflict.column('name').doNothing()
          : conflict.column('name').doUpdateSet({ description }),
      )
      .execute()
    return model(name)
  }

  return {
    ...gateReports,
    ...aliases,
    findModel,
    model,
    declare,
    version,
    models: async () =>
      modelRecords(await database.selectFrom('models').selectAll().orderBy('name').execute()),

    async setRequirements(name, requirements) {
      await model(name)
      await database
        .updateTable('models')
        .set({ requirements: JSON.stringify(requirements) })
        .where('name', '=', name)
        .execute()
      return model(name)
    },

    async register(added) {
      const { description } = await declare(added.model, added.description)
      const done = await metadata.transaction<
        RegistryTables,
        { number: number; unchanged: boolean }
      >(async (tx) => {
        const same = await sameVersion(tx, added)
        if (same !== undefined) return { number: same, unchanged: true }
        const { last } = await tx
          .selectFrom('model_versions')
          .select((select) => select.fn.max('version').as('last'))
          .where('model', '=', added.model)
          .executeTakeFirstOrThrow()
        const number = Number(last ?? 0) + 1
        const { run, artifact, signature, inputExample } = added
        const { digest } = artifact
        const card = modelCard({
          model: added.model,
          version: number,
          description,
          digest,
          signature,
          ...(run ? { run } : {}),
        })
        await tx
          .insertInto('model_versions')
          .values({
            model: added.model,
            version: number,
            digest,
            size: artifact.size,
            signature: JSON.stringify(signature),
            run: run?.id ?? null,
            experiment: run?.experiment ?? null,
            metrics: JSON.stringify(run?.metrics ?? {}),
            params: JSON.stringify(run?.params ?? {}),
            source: JSON.stringify(run?.source ?? {}),
            input_example: inputExample ? JSON.stringify(inputExample) : null,
            card,
            created_at: clock.now(),
            created_by: added.by,
          })
          .execute()
        return { number, unchanged: false }
      })
      return { version: await version(added.model, done.number), unchanged: done.unchanged }
    },

    async versions(name) {
      await model(name)
      return versionsWhere({ model: name })
    },

    versionsOfRun: (run) => versionsWhere({ run }),

    async aliased(name, alias) {
      const row = await database
        .selectFrom('model_aliases')
        .select('version')
        .where('model', '=', name)
        .where('alias', '=', alias)
        .executeTakeFirst()
      return row && version(name, row.version)
    },

    async setCard(name, number, card, by) {
      const before = await version(name, number)
      await metadata.transaction<RegistryTables, void>(async (tx) => {
        const edit = {
          id: newId(clock.now()),
          model: name,
          version: number,
          who: by,
          at: clock.now(),
        }
        await tx
          .insertInto('model_card_edits')
          .values({ ...edit, card: before.card })
          .execute()
        await tx
          .updateTable('model_versions')
          .set({ card })
          .where('model', '=', name)
          .where('version', '=', number)
          .execute()
      })
      return version(name, number)
    },
  }
}

async function sameVersion(
  tx: Kysely<RegistryTables>,
  added: NewVersion,
): Promise<number | undefined> {
  const row = await tx
    .selectFrom('model_versions')
    .select('version')
    .where('model', '=', added.model)
    .where('digest', '=', added.artifact.digest)
    .where('run', added.run === undefined ? 'is' : '=', added.run?.id ?? null)
    .executeTakeFirst()
  return row?.version
}
