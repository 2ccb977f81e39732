import type { TestContext } from 'node:test'
import type { Signature } from '#contract'
import { openRegistry, registryMigrations, type Registry } from '#registry'
import { openPostgres, openSqlite, storeMigrations, systemClock, type Metadata } from '#store'
import { temporaryFolder } from '../../support/home.ts'
import { freshSchema, postgresUrl } from '../../support/postgres.ts'

export const signature: Signature = {
  inputs: [{ name: 'a', type: 'number', optional: false }],
}

export interface OpenedRegistry {
  readonly registry: Registry
  readonly metadata: Metadata
  /** Makes a version of a model, which is made as well when it is not there. */
  add(model: string): Promise<number>
}

export const allMigrations = [...storeMigrations, ...registryMigrations]

/** A registry on a database of its own, gone after the test; with `upTo`, as so many migrations left it. */
export async function openedRegistry(
  t: TestContext,
  database: 'SQLite' | 'PostgreSQL' = 'SQLite',
  upTo = registryMigrations.length,
): Promise<OpenedRegistry> {
  const metadata =
    database === 'SQLite'
      ? await openSqlite({ file: `${await temporaryFolder(t)}/metadata.db` })
      : await openPostgres({ url: await postgresUrl(), schema: freshSchema() })
  t.after(() => metadata.close())
  await metadata.migrate([...storeMigrations, ...registryMigrations.slice(0, upTo)])
  const registry = openRegistry({ metadata, clock: systemClock })
  return {
    registry,
    metadata,
    async add(model) {
      await registry.declare(model)
      const artifact = { digest: `sha256:${'0'.repeat(64)}` as const, size: 1 }
      const version = await registry.addVersion({ model, artifact, signature, by: 'u' })
      return version.version
    },
  }
}
