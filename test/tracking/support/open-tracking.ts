import type { TestContext } from 'node:test'
import {
  openFolderObjects,
  openSqlite,
  storeMigrations,
  systemClock,
  type Clock,
  type Metadata,
  type ObjectStore,
} from '#store'
import { openTracking, trackingMigrations, type Tracking } from '#tracking'
import { temporaryFolder } from '../../support/home.ts'

export interface OpenedTracking {
  readonly tracking: Tracking
  readonly metadata: Metadata
  readonly objects: ObjectStore
  readonly folder: string
}

/** Tracking on a database and objects of its own, gone after the test. */
export async function openTestTracking(
  t: TestContext,
  clock: Clock = systemClock,
): Promise<OpenedTracking> {
  const folder = await temporaryFolder(t)
  const metadata = await openSqlite({ file: `${folder}/metadata.db` })
  t.after(() => metadata.close())
  await metadata.migrate([...storeMigrations, ...trackingMigrations])
  const objects = await openFolderObjects(`${folder}/objects`)
  return { tracking: openTracking({ metadata, objects, clock }), metadata, objects, folder }
}
