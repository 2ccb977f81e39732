import { mkdtemp, rm } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Kysely } from 'kysely'
import { TidemillError, type Dataset, type DatasetVersion, type Digest, type Rule } from '#contract'
import type { Query } from '#query'
import type { Clock, Metadata, ObjectStore, StoredObject } from '#store'
import { contentDigest, type Table } from '#table'
import { formatOf } from './formats/format-of.ts'
import type { ReadOptions } from './formats/format.ts'
import type { LakeTables } from './tables.ts'
import { datasetRecord, versionRecord } from './version-record.ts'

export interface DatasetDescription {
  readonly description?: string
  readonly label?: string
  readonly rules?: readonly Rule[]
}

export interface NewVersion {
  readonly dataset: string
  readonly table: Table
  readonly origin: DatasetVersion['origin']
  readonly source?: Digest
  readonly parent?: number
  readonly message: string
  readonly changes?: DatasetVersion['changes']
  readonly validation?: DatasetVersion['validation']
  readonly by: string
}

export interface AddOptions {
  /** Only after this version: `conflict` when a newer one has come. */
  readonly after?: number
  /** What is written in the same transaction. */
  readonly alongside?: (tx: Kysely<LakeTables>, version: DatasetVersion) => Promise<void>
}

/** Datasets and their versions: bytes as they came, and typed tables, both by digest. A version never changes. */
export interface Lake {
  list(): Promise<readonly Dataset[]>
  get(name: string): Promise<Dataset>
  rules(name: string): Promise<readonly Rule[]>
  /** Newest first. */
  versions(name: string): Promise<readonly DatasetVersion[]>
  version(name: string, number?: number): Promise<DatasetVersion>
  /** Makes a dataset known or changes what is said of it. */
  describe(name: string, description: DatasetDescription): Promise<void>
  /** Keeps bytes as they came. */
  keep(bytes: Readable | AsyncIterable<Uint8Array> | Uint8Array): Promise<StoredObject>
  /** Reads kept bytes as a table. */
  parse(
    source: Digest,
    format: string | undefined,
    options: ReadOptions & { readonly shownAs: string },
  ): Promise<Table>
  /** Adds a version; the same content from the same source as the newest version of that origin is that version. */
  add(
    version: NewVersion,
    options?: AddOptions,
  ): Promise<{ readonly version: DatasetVersion; readonly unchanged: boolean }>
  table(name: string, number?: number): Promise<Table>
  /** A Parquet file with the version’s rows, for engines that read files. */
  file(name: string, number?: number): Promise<string>
  remove(name: string): Promise<void>
  restore(name: string): Promise<Dataset>
}

export interface LakeParts {
  readonly metadata: Metadata
  readonly objects: ObjectStore
  readonly query: Query
  readonly clock: Clock
}

export function openLake({ metadata, objects, query, clock }: LakeParts): Lake {
  const database = metadata.tables<LakeTables>()

  async function datasetRow(name: string, removed = false) {
    const row = await database
      .selectFrom('lake_datasets')
      .selectAll()
      .where('name', '=', name)
      .where('removed_at', removed ? 'is not' : 'is', null)
      .executeTakeFirst()
    if (!row) throw new TidemillError('not_found', { kind: 'dataset', name })
    return row
  }

  async function versionRow(name: string, number?: number) {
    await datasetRow(name)
    let select = database
      .selectFrom('lake_versions')
      .selectAll()
      .where('dataset', '=', name)
      .orderBy('version', 'desc')
    if (number !== undefined) select = select.where('version', '=', number)
    const row = await select.limit(1).executeTakeFirst()
    if (!row) {
      const shown = number === undefined ? `${name} (it has no version yet)` : `${name}@${number}`
      throw new TidemillError('not_found', { kind: 'dataset version', name: shown })
    }
    return row
  }

  async function store(table: Table): Promise<StoredObject> {
    const folder = await mkdtemp(join(tmpdir(), 'tidemill-'))
    try {
      const file = join(folder, 'table.parquet')
      await query.writeParquet(table, file)
      return await objects.put(createReadStream(file, { highWaterMark: 1 << 20 }))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  return {
    async list() {
      const rows = await database
        .selectFrom('lake_datasets')
        .selectAll()
        .where('removed_at', 'is', null)
        .orderBy('name')
        .execute()
      const latest = await database
        .selectFrom('lake_versions')
        .selectAll()
        .where((where) =>
          where(
            'version',
            '=',
            where
              .selectFrom('lake_versions as other')
              .select((select) => select.fn.max('other.version').as('newest'))
              .whereRef('other.dataset', '=', 'lake_versions.dataset'),
          ),
        )
        .execute()
      const byName = new Map(latest.map((row) => [row.dataset, versionRecord(row)]))
      return rows.flatMap((row) => {
        const newest = byName.get(row.name)
        return newest ? [datasetRecord(row, newest)] : []
      })
    },

    async get(name) {
      const row = await datasetRow(name)
      return datasetRecord(row, versionRecord(await versionRow(name)))
    },

    async rules(name) {
      const row = await database
        .selectFrom('lake_datasets')
        .select('rules')
        .where('name', '=', name)
        .executeTakeFirst()
      return row ? (JSON.parse(row.rules) as Rule[]) : []
    },

    async versions(name) {
      await datasetRow(name)
      const rows = await database
        .selectFrom('lake_versions')
        .selectAll()
        .where('dataset', '=', name)
        .orderBy('version', 'desc')
        .execute()
      return rows.map(versionRecord)
    },

    async version(name, number) {
      return versionRecord(await versionRow(name, number))
    },

    async describe(name, description) {
      const given = {
        ...(description.description === undefined ? {} : { description: description.description }),
        ...(description.label === undefined ? {} : { label: description.label }),
        ...(description.rules === undefined ? {} : { rules: JSON.stringify(description.rules) }),
      }
      const fresh = { name, description: '', label: null, rules: '[]', created_at: clock.now() }
      await database
        .insertInto('lake_datasets')
        .values({ ...fresh, removed_at: null, ...given })
        .onConflict((conflict) =>
          conflict.column('name').doUpdateSet({ removed_at: null, ...given }),
        )
        .execute()
    },

    keep: (bytes) => objects.put(bytes),

    async parse(source, format, options) {
      const file = await objects.file(source)
      return formatOf(format, options.shownAs).read(query, file, options)
    },

    async add(added, { after, alongside } = {}) {
      const digest = contentDigest(added.table)
      const stored = await store(added.table)
      return metadata.transaction<LakeTables, { version: DatasetVersion; unchanged: boolean }>(
        async (tx) => {
          const newest = await tx
            .selectFrom('lake_versions')
            .selectAll()
            .where('dataset', '=', added.dataset)
            .where('origin', '=', added.origin)
            .orderBy('version', 'desc')
            .limit(1)
            .executeTakeFirst()
          if (
            newest &&
            newest.digest === digest &&
            newest.source === (added.source ?? null) &&
            newest.parent === (added.parent ?? null)
          ) {
            const version = versionRecord(newest)
            await alongside?.(tx, version)
            return { version, unchanged: true }
          }
          const { last } = await tx
            .selectFrom('lake_versions')
            .select((select) => select.fn.max('version').as('last'))
            .where('dataset', '=', added.dataset)
            .executeTakeFirstOrThrow()
          if (after !== undefined && last !== after) {
            const problem = `Version ${last} of ${added.dataset} has come meanwhile; do it again on that one.`
            throw new TidemillError('conflict', { problem })
          }
          const row = {
            dataset: added.dataset,
            version: (last ?? 0) + 1,
            digest,
            object: stored.digest,
            source: added.source ?? null,
            origin: added.origin,
            parent: added.parent ?? null,
            message: added.message,
            row_count: added.table.length,
            byte_count: stored.size,
            schema: JSON.stringify(added.table.schema.fields),
            changes: added.changes ? JSON.stringify(added.changes) : null,
            validation: added.validation ? JSON.stringify(added.validation) : null,
            created_at: clock.now(),
            created_by: added.by,
          }
          await tx.insertInto('lake_versions').values(row).execute()
          const version = versionRecord(row)
          await alongside?.(tx, version)
          return { version, unchanged: false }
        },
      )
    },

    async table(name, number) {
      const row = await versionRow(name, number)
      return query.readParquet(await objects.file(row.object as Digest))
    },

    async file(name, number) {
      const row = await versionRow(name, number)
      return objects.file(row.object as Digest)
    },

    async remove(name) {
      await datasetRow(name)
      await database
        .updateTable('lake_datasets')
        .set({ removed_at: clock.now() })
        .where('name', '=', name)
        .execute()
    },

    async restore(name) {
      await datasetRow(name, true)
      await database
        .updateTable('lake_datasets')
        .set({ removed_at: null })
        .where('name', '=', name)
        .execute()
      return this.get(name)
    },
  }
}
