import { sql, type Kysely, type Selectable } from 'kysely'
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
import { searchRows, type Page, type Search } from '#tracking'
import { openAliases, type Aliases } from './aliases.ts'
import { openChanges, type Changes } from './changes.ts'
import { openGateReports, type GateReports } from './gate-reports.ts'
import { modelCard } from './model-card.ts'
import { modelGrammar, modelTarget, versionGrammar, versionTarget } from './search.ts'
import type { RegistryTables } from './tables.ts'
import { versionRecord } from './version-record.ts'

export interface NewVersion {
  readonly model: string
  readonly run?: Run
  readonly artifact: Pick<Artifact, 'digest' | 'size'>
  readonly format?: ModelVersion['format']
  readonly uri?: string
  readonly signature: Signature
  readonly inputExample?: ModelVersion['inputExample']
  /** Of the model, when it is new or said anew. */
  readonly modelDescription?: string
  /** Of this version. */
  readonly description?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly by: string
  /** The number it had elsewhere, taken where it is past the last one given here. */
  readonly number?: number
}

/** Registered models: their versions, what each must show, and which one an alias names. */
export interface Registry extends Aliases, GateReports, Changes {
  models(): Promise<readonly Model[]>
  model(name: string): Promise<Model>
  findModel(name: string): Promise<Model | undefined>
  /** Prompts, which MLflow keeps as models, only with `prompts`. */
  searchModels(search: Search & { readonly prompts: boolean }): Promise<Page<Model>>
  /** Makes a model or changes what is said of it. */
  declare(name: string, description?: string): Promise<Model>
  setRequirements(name: string, requirements: readonly Requirement[]): Promise<Model>
  /** The same bytes of the same run are the same version. */
  register(
    version: NewVersion,
  ): Promise<{ readonly version: ModelVersion; readonly unchanged: boolean }>
  /** A new version whatever its bytes, of a model that exists. */
  addVersion(version: NewVersion): Promise<ModelVersion>
  /** Newest first. */
  versions(model: string): Promise<readonly ModelVersion[]>
  version(model: string, version: number): Promise<ModelVersion>
  versionsOfRun(run: string): Promise<readonly ModelVersion[]>
  searchVersions(search: Search & { readonly prompts: boolean }): Promise<Page<ModelVersion>>
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

type ModelRow = Selectable<RegistryTables['models']>
type VersionRow = Selectable<RegistryTables['model_versions']>

const isPrompt = sql<boolean>`exists (select 1 from model_tags p where p.model = models.name
  and p.key = 'mlflow.prompt.is_prompt' and lower(p.value) = 'true')`
const isPromptVersion = sql<boolean>`exists (select 1 from model_tags p where p.model = model_versions.model
  and p.key = 'mlflow.prompt.is_prompt' and lower(p.value) = 'true')`

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

  async function modelRecords(rows: readonly ModelRow[]): Promise<readonly Model[]> {
    if (rows.length === 0) return []
    const names = rows.map((row) => row.name)
    const [named, newest, tags] = await Promise.all([
      database
        .selectFrom('model_aliases')
        .selectAll()
        .where('model', 'in', names)
        .orderBy('alias')
        .execute(),
      database
        .selectFrom('model_versions')
        .select((select) => ['model', select.fn.max('version').as('latest')])
        .where('model', 'in', names)
        .groupBy('model')
        .execute(),
      database.selectFrom('model_tags').selectAll().where('model', 'in', names).execute(),
    ])
    const aliasesOf = Map.groupBy(named, (each) => each.model)
    const tagsOf = Map.groupBy(tags, (each) => each.model)
    const latestOf = new Map(newest.map((each) => [each.model, Number(each.latest)]))
    return rows.map((row) => {
      const latest = latestOf.get(row.name)
      return {
        name: row.name,
        description: row.description,
        requirements: JSON.parse(row.requirements) as Requirement[],
        aliases: Object.fromEntries(
          (aliasesOf.get(row.name) ?? []).map(({ alias, version: number }) => [alias, number]),
        ),
        ...(latest === undefined ? {} : { latest }),
        tags: Object.fromEntries(
          (tagsOf.get(row.name) ?? []).map(({ key, value }) => [key, value]),
        ),
        createdAt: row.created_at,
        updatedAt: row.updated_at,
      }
    })
  }

  async function versionRecords(rows: readonly VersionRow[]): Promise<readonly ModelVersion[]> {
    if (rows.length === 0) return []
    const models = [...new Set(rows.map((row) => row.model))]
    const [named, gates, tags] = await Promise.all([
      database.selectFrom('model_aliases').selectAll().where('model', 'in', models).execute(),
      gateReports.newestOf(models),
      database.selectFrom('model_version_tags').selectAll().where('model', 'in', models).execute(),
    ])
    const keyOf = (each: { model: string; version: number }): string =>
      `${each.version} ${each.model}`
    const namedOf = Map.groupBy(named, keyOf)
    const tagsOf = Map.groupBy(tags, keyOf)
    const gateOf = new Map(gates.map((gate) => [keyOf(gate), gate]))
    return rows.map((row) =>
      versionRecord(row, {
        aliases: (namedOf.get(keyOf(row)) ?? []).map((each) => each.alias),
        tags: Object.fromEntries(
          (tagsOf.get(keyOf(row)) ?? []).map(({ key, value }) => [key, value]),
        ),
        gate: gateOf.get(keyOf(row)),
      }),
    )
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
    return versionRecords(await select.execute())
  }

  async function version(name: string, number: number): Promise<ModelVersion> {
    const [found] = await versionsWhere({ model: name, version: number })
    if (!found)
      throw new TidemillError('not_found', { kind: 'model version', name: `${name}/${number}` })
    return found
  }

  async function declare(name: string, description?: string): Promise<Model> {
    const given = description === undefined ? {} : { description }
    const now = clock.now()
    const times = { created_at: now, updated_at: now, last_version: 0 }
    await database
      .insertInto('models')
      .values({ name, description: '', requirements: '[]', ...times, ...given })
      .onConflict((conflict) =>
        description === undefined
          ? conflict.column('name').doNothing()
          : conflict.column('name').doUpdateSet({ description }),
      )
      .execute()
    return model(name)
  }

  /** Gives the next number and writes the version under it. */
  async function insertVersion(
    tx: Kysely<RegistryTables>,
    added: NewVersion,
    modelDescription: string,
  ): Promise<number> {
    const now = clock.now()
    const { last_version: number } = await tx
      .updateTable('models')
      .set((each) => ({
        last_version: sql<number>`case when ${added.number ?? 0} > last_version
          then ${added.number ?? 0} else ${each('last_version', '+', 1)} end`,
        updated_at: now,
      }))
      .where('name', '=', added.model)
      .returning('last_version')
      .executeTakeFirstOrThrow()
    const { run, artifact, signature, inputExample, tags = {} } = added
    const card = modelCard({
      model: added.model,
      version: number,
      description: added.description ?? modelDescription,
      digest: artifact.digest,
      signature,
      ...(run ? { run } : {}),
    })
    await tx
      .insertInto('model_versions')
      .values({
        model: added.model,
        version: number,
        digest: artifact.digest,
        size: artifact.size,
        format: added.format ?? 'onnx',
        uri: added.uri ?? null,
        description: added.description ?? '',
        stage: 'None',
        signature: JSON.stringify(signature),
        run: run?.id ?? null,
        experiment: run?.experiment ?? null,
        metrics: JSON.stringify(run?.metrics ?? {}),
        params: JSON.stringify(run?.params ?? {}),
        source: JSON.stringify(run?.source ?? {}),
        input_example: inputExample ? JSON.stringify(inputExample) : null,
        card,
        created_at: now,
        updated_at: now,
        created_by: added.by,
      })
      .execute()
    const own = { model: added.model, version: number }
    const rows = Object.entries(tags).map(([key, value]) => ({ ...own, key, value }))
    if (rows.length > 0) await tx.insertInto('model_version_tags').values(rows).execute()
    return number
  }

  return {
    ...gateReports,
    ...aliases,
    ...openChanges({ metadata, clock, model, version }),
    findModel,
    model,
    declare,
    version,

    async models() {
      const rows = await database
        .selectFrom('models')
        .selectAll()
        .where(sql<boolean>`not ${isPrompt}`)
        .orderBy('name')
        .execute()
      return modelRecords(rows)
    },

    async searchModels({ prompts, order = [], ...search }) {
      const byName = order.some((term) => /^\W*name\b/i.test(term)) ? [] : ['name ASC']
      const { rows, next } = await searchRows(
        metadata,
        { ...search, order: [...order, ...byName] },
        {
          table: 'models',
          grammar: modelGrammar,
          target: modelTarget,
          natural: ['created_at', 'name'],
          removable: false,
          ...(prompts ? {} : { where: sql<boolean>`not ${isPrompt}` }),
        },
      )
      const items = await modelRecords(rows as unknown as readonly ModelRow[])
      return { items, ...(next === undefined ? {} : { next }) }
    },

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
      const { description } = await declare(added.model, added.modelDescription)
      const done = await metadata.transaction<
        RegistryTables,
        { number: number; unchanged: boolean }
      >(async (tx) => {
        const same = await sameVersion(tx, added)
        if (same !== undefined) return { number: same, unchanged: true }
        return { number: await insertVersion(tx, added, description), unchanged: false }
      })
      return { version: await version(added.model, done.number), unchanged: done.unchanged }
    },

    async addVersion(added) {
      const { description } = await model(added.model)
      const number = await metadata.transaction<RegistryTables, number>((tx) =>
        insertVersion(tx, added, description),
      )
      return version(added.model, number)
    },

    async versions(name) {
      await model(name)
      return versionsWhere({ model: name })
    },

    versionsOfRun: (run) => versionsWhere({ run }),

    async searchVersions({ prompts, order = [], ...search }) {
      const rest = ['name ASC', 'version_number DESC'].filter(
        (term) => !order.some((given) => given.includes(term.split(' ')[0] ?? '')),
      )
      const { rows, next } = await searchRows(
        metadata,
        { ...search, order: [...order, ...rest] },
        {
          table: 'model_versions',
          grammar: versionGrammar,
          target: versionTarget,
          natural: ['updated_at', 'model'],
          removable: false,
          ...(prompts ? {} : { where: sql<boolean>`not ${isPromptVersion}` }),
        },
      )
      const items = await versionRecords(rows as unknown as readonly VersionRow[])
      return { items, ...(next === undefined ? {} : { next }) }
    },

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
