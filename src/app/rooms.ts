import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { lakeMigrations, openLake, openLineage, type Lake, type Lineage } from '#lake'
import { labelingMigrations, openLabeling, type Labeling } from '#labeling'
import { monitoringMigrations, openMonitoring, type Monitoring } from '#monitoring'
import {
  openApplied,
  openDecisions,
  operationsMigrations,
  type Applied,
  type Decisions,
} from '#operations'
import { openQuery, type Query } from '#query'
import {
  openRegistry,
  openWebhooks,
  registryMigrations,
  webhookMigrations,
  type Registry,
  type Webhooks,
} from '#registry'
import { openServing, servingMigrations, type Serving } from '#serving'
import {
  openChanges,
  openFolderObjects,
  openJobs,
  openPartUploads,
  openPostgres,
  openRedisOnline,
  openSqlite,
  openSqliteOnline,
  storeMigrations,
  type Changes,
  type Clock,
  type JobQueue,
  type Metadata,
  type ObjectStore,
  type OnlineStore,
  type PartUploads,
} from '#store'
import { openTracking, trackingMigrations, type Tracking } from '#tracking'
import type { Config } from './config.ts'
import { projectSchema } from './project-schema.ts'
import { openSealed, type Sealed } from './sealed.ts'
import { announce } from './steps/deliver-webhook.ts'
import { resolveModel } from './steps/resolve-model.ts'
import { announcing } from './steps/webhook-events.ts'

/** One project with everything in it. Projects share nothing: each has a database, objects and logs of its own. */
export interface Rooms {
  readonly project: string
  readonly home: string
  readonly folder: string
  /** Where tidemill.yaml, dvc.yaml and the code are. */
  readonly workspace: string
  readonly clock: Clock
  readonly metadata: Metadata
  readonly objects: ObjectStore
  /** Files that come in parts and are nobody's yet. */
  readonly uploads: PartUploads
  readonly online: OnlineStore
  /** What changes, between the processes that have the project open. */
  readonly changes: Changes
  readonly jobs: JobQueue
  readonly query: Query
  readonly lake: Lake
  readonly lineage: Lineage
  readonly tracking: Tracking
  readonly registry: Registry
  readonly webhooks: Webhooks
  readonly sealed: Sealed
  readonly serving: Serving
  readonly monitoring: Monitoring
  readonly labeling: Labeling
  readonly applied: Applied
  readonly decisions: Decisions
  close(): Promise<void>
}

const migrations = [
  ...storeMigrations,
  ...lakeMigrations,
  ...trackingMigrations,
  ...registryMigrations,
  ...webhookMigrations,
  ...servingMigrations,
  ...monitoringMigrations,
  ...labelingMigrations,
  ...operationsMigrations,
]

export interface RoomsOptions {
  readonly project: string
  readonly home: string
  readonly folder: string
  readonly workspace: string
  readonly config: Config
  readonly clock: Clock
}

/** Opens a project. What was opened before something failed is closed again. */
export async function openRooms(options: RoomsOptions): Promise<Rooms> {
  const opened: Closable[] = []
  const close = async (): Promise<void> => {
    for (let last = opened.pop(); last !== undefined; last = opened.pop()) await last.close()
  }
  try {
    const rooms = await openEach(options, (room) => {
      opened.push(room)
      return room
    })
    return { ...rooms, close }
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}

interface Closable {
  close(): Promise<void>
}

async function openEach(
  { project, home, folder, workspace, config, clock }: RoomsOptions,
  kept: <T extends Closable>(room: T) => T,
): Promise<Omit<Rooms, 'close'>> {
  await mkdir(folder, { recursive: true })
  const metadata = kept(
    config.database
      ? await openPostgres({ url: config.database, schema: projectSchema(project) })
      : await openSqlite({ file: join(folder, 'metadata.db') }),
  )
  await metadata.migrate(migrations)
  const objects = await openFolderObjects(join(folder, 'objects'))
  const uploads = await openPartUploads(join(folder, 'uploads'), clock)
  const online = kept(
    config.redis
      ? await openRedisOnline(config.redis, { prefix: onlinePrefix(project) })
      : await openSqliteOnline(join(folder, 'online.db')),
  )
  const query = kept(openQuery(config.query))
  const tracking = openTracking({ metadata, objects, clock })
  const jobs = openJobs(metadata, clock)
  const webhooks = openWebhooks(metadata, clock)
  const registry = announcing(openRegistry({ metadata, clock }), (happened) =>
    // What is changed is changed, whether or not somebody can be told.
    announce({ webhooks, jobs, clock }, happened).catch(() => undefined),
  )
  const lake = openLake({ metadata, objects, query, clock })
  const serving = kept(
    await openServing({
      metadata,
      objects,
      clock,
      resolveModel: resolveModel(registry, lake),
      ...(config.serving?.workers === undefined ? {} : { workers: config.serving.workers }),
    }),
  )
  return {
    project,
    home,
    folder,
    workspace,
    clock,
    metadata,
    objects,
    uploads,
    online,
    query,
    tracking,
    registry,
    webhooks,
    sealed: openSealed(home),
    serving,
    changes: openChanges(metadata, clock),
    jobs,
    lake,
    lineage: openLineage(metadata, clock),
    monitoring: openMonitoring(metadata, clock),
    labeling: openLabeling(metadata, clock),
    applied: openApplied(metadata, clock),
    decisions: openDecisions(metadata, clock),
  }
}

/** The usual project has the keys that all had before projects had their own; no view's name can make them another's. */
function onlinePrefix(project: string): string {
  return project === 'default' ? 'tidemill' : `tidemill/${project}`
}
