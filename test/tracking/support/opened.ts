import type { TestContext } from 'node:test'
import {
  openFolderObjects,
  openPostgres,
  openSqlite,
  storeMigrations,
  systemClock,
  type Metadata,
} from '#store'
import { openTracking, trackingMigrations, type Tracking } from '#tracking'
import { temporaryFolder } from '../../support/home.ts'
import { freshSchema, postgresUrl, skipPostgres } from '../../support/postgres.ts'

export interface Opened {
  readonly tracking: Tracking
  readonly metadata: Metadata
}

/** The databases that tracking keeps to, each with why its tests are skipped. */
export const databases = [
  ['SQLite', false],
  ['PostgreSQL', skipPostgres],
] as const

/** A room of the test's own, on a database of its own. */
export async function openedTracking(
  t: TestContext,
  database: (typeof databases)[number][0] = 'SQLite',
): Promise<Opened> {
  const folder = await temporaryFolder(t)
  const metadata =
    database === 'SQLite'
      ? await openSqlite({ file: `${folder}/metadata.db` })
      : await openPostgres({ url: await postgresUrl(), schema: freshSchema() })
  t.after(() => metadata.close())
  await metadata.migrate([...storeMigrations, ...trackingMigrations])
  const objects = await openFolderObjects(`${folder}/objects`)
  return { tracking: openTracking({ metadata, objects, clock: systemClock }), metadata }
}
