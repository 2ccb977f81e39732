import { sql, type Kysely, type Selectable } from 'kysely'
import { TidemillError, type Manifest, type Model, type ModelVersion } from '#contract'
import type { Clock, Metadata } from '#store'
import { among, searchRows, type Page, type Search } from '#tracking'
import type { openGateReports } from './gate-reports.ts'
import { modelCard } from './model-card.ts'
import type { NewVersion } from './new-version.ts'
import { writtenMetrics } from './own-metrics.ts'
import { completeVersion, sameVersion } from './same-version.ts'
import { versionGrammar, versionTarget } from './search.ts'
import type { RegistryTables } from './tables.ts'
import { versionRecord } from './version-record.ts'

/** Versions of models, found and made. */
export interface Versions {
  /** The same bytes of the same run are the same version. */
  register(
    version: NewVersion,
  ): Promise<{ readonly version: ModelVersion; readonly unchanged: boolean }>
  /** A new version whatever its bytes, of a model that exists. */
  addVersion(version: NewVersion): Promise<ModelVersion>
  /** Newest first. */
  versions(model: string): Promise<readonly ModelVersion[]>
  version(model: string, version: number): Promise<ModelVersion>
  /** The newest version of each stage of each of these models. */
  newestOfStages(models: readonly string[]): Promise<readonly ModelVersion[]>
  versionsOfRun(run: string): Promise<readonly ModelVersion[]>
  /** The names of versions alone, of very many runs. */
  versionNamesOfRuns(
    runs: readonly string[],
  ): Promise<readonly { readonly run: string; readonly model: string; readonly version: number }[]>
  searchVersions(search: Search & { readonly prompts: boolean }): Promise<Page<ModelVersion>>
  /** The version an alias names, if it names one. */
  aliased(model: string, alias: string): Promise<ModelVersion | undefined>
  /** The files it was registered with, where they are kept here. */
  manifest(model: string, version: number): Promise<Manifest | undefined>
}

interface VersionsParts {
  readonly metadata: Metadata
  readonly clock: Clock
  readonly gateReports: ReturnType<typeof openGateReports>
  readonly model: (name: string) => Promise<Model>
  readonly declare: (name: string, description?: string) => Promise<Model>
}

type VersionRow = Selectable<RegistryTables['model_versions']>

const isPromptVersion = sql<boolean>`exists (select 1 from model_tags p where p.model = model_versions.model
  and p.key = 'mlflow.prompt.is_prompt' and lower(p.value) = 'true')`

export function openVersions(parts: VersionsParts): Versions {
  const { metadata, clock, gateReports, model, declare } = parts
  const database = metadata.tables<RegistryTables>()

  async function versionRecords(rows: readonly VersionRow[]): Promise<readonly ModelVersion[]> {
    if (rows.length === 0) return []
    const models = [...new Set(rows.map((row) => row.model))]
    const numbers = [...new Set(rows.map((row) => row.version))]
    const ofModels = among('model', models, metadata.dialect)
    const [named, gates, tags] = await Promise.all([
      database.selectFrom('model_aliases').selectAll().where(ofModels).execute(),
      gateReports.newestOf(models, numbers),
      // Of the versions that are asked for: a prompt keeps its text in a tag.
      database
        .selectFrom('model_version_tags')
        .selectAll()
        .where(ofModels)
        .where(among('version', numbers, metadata.dialect))
        .execute(),
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
      .executeTakeFirstOrThrow(
        () => new TidemillError('not_found', { kind: 'model', name: added.model }),
      )
    const { run, datasets, artifact, signature, inputExample, tags = {} } = added
    const card = modelCard({
      model: added.model,
      version: number,
      description: added.description ?? modelDescription,
      digest: artifact.digest,
      signature,
      ...(run ? { run } : {}),
      ...(datasets ? { datasets } : {}),
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
        manifest: added.manifest === undefined ? null : JSON.stringify(added.manifest),
        description: added.description ?? '',
        stage: 'None',
        signature: JSON.stringify(signature),
        run: run?.id ?? null,
        experiment: run?.experiment ?? null,
        metrics: JSON.stringify(writtenMetrics(run)),
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
    version,

    async register(added) {
      const { description } = await declare(added.model, added.modelDescription)
      const done = await metadata.transaction<
        RegistryTables,
        { number: number; unchanged: boolean }
      >(async (tx) => {
        const same = await sameVersion(tx, added)
        if (same !== undefined) {
          await completeVersion(tx, added, same)
          return { number: same, unchanged: true }
        }
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

    async newestOfStages(models) {
      const rows = await database
        .selectFrom('model_versions')
        .selectAll()
        .where(among('model', models, metadata.dialect))
        .where(
          sql<boolean>`not exists (select 1 from model_versions newer where newer.model = model_versions.model
            and newer.stage = model_versions.stage and newer.version > model_versions.version)`,
        )
        .orderBy('version', 'desc')
        .execute()
      return versionRecords(rows)
    },

    versionsOfRun: (run) => versionsWhere({ run }),

    async versionNamesOfRuns(runs) {
      const found = await database
        .selectFrom('model_versions')
        .select(['run', 'model', 'version'])
        .where(among('run', runs, metadata.dialect))
        .orderBy('model')
        .orderBy('version')
        .execute()
      return found.map(({ run, ...rest }) => ({ run: run ?? '', ...rest }))
    },

    async searchVersions({ prompts, order = [], ...search }) {
      const asked = order.length === 0 ? ['last_updated_timestamp DESC'] : order
      const rest = ['name ASC', 'version_number DESC'].filter(
        (term) => !asked.some((given) => given.includes(term.split(' ')[0] ?? '')),
      )
      const { rows, next } = await searchRows(
        metadata,
        { ...search, order: [...asked, ...rest] },
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

    async manifest(name, number) {
      const row = await database
        .selectFrom('model_versions')
        .select('manifest')
        .where('model', '=', name)
        .where('version', '=', number)
        .executeTakeFirst()
      if (!row) {
        throw new TidemillError('not_found', { kind: 'model version', name: `${name}/${number}` })
      }
      return row.manifest === null ? undefined : (JSON.parse(row.manifest) as Manifest)
    },
  }
}
