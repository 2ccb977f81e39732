import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { authMigrations, openAuth, type Auth } from '#auth'
import { TidemillError } from '#contract'
import { openPostgres, openSqlite, systemClock, type Clock } from '#store'
import { readConfig, type Config } from './config.ts'
import { openEvents, type Events } from './events.ts'
import { openLiveStages, type LiveStages } from './live-stages.ts'
import { openRooms, type Rooms } from './rooms.ts'

/** A home with its projects and identities, opened. */
export interface App {
  readonly home: string
  readonly workspace: string
  readonly config: Config
  readonly clock: Clock
  readonly auth: Auth
  readonly events: Events
  readonly live: LiveStages
  /** The rooms of a project; opened at the first call. */
  project(name: string): Promise<Rooms>
  /** Projects opened so far. */
  opened(): Promise<readonly Rooms[]>
  close(): Promise<void>
}

export interface AppOptions {
  readonly home: string
  /** Where tidemill.yaml is; the folder that holds a home named `.tidemill`, unless said. */
  readonly workspace?: string
  /** Whether only this machine can reach the server, so that its user needs no password. */
  readonly loopback?: boolean
  /** Whether a missing home is made. */
  readonly create?: boolean
  readonly clock?: Clock
}

const projectName = /^[a-z0-9][a-z0-9_-]{0,62}$/

export async function openApp(options: AppOptions): Promise<App> {
  const home = resolve(options.home)
  const clock = options.clock ?? systemClock
  if (!existsSync(home)) {
    if (options.create === false) throw new TidemillError('home_missing', { home })
    await mkdir(home, { recursive: true, mode: 0o700 })
    // in a repository that does not know of us Git must not see it
    await writeFile(join(home, '.gitignore'), '*\n')
  }
  const config = await readConfig(home)
  const identities = config.database
    ? await openPostgres({ url: config.database, schema: 'tidemill_identity' })
    : await openSqlite({ file: join(home, 'identity.db') })
  await identities.migrate(authMigrations)
  const auth = openAuth({
    metadata: identities,
    clock,
    loopback: options.loopback ?? true,
    secureCookies: config.server?.secureCookies ?? false,
  })
  let closed = false
  const projects = new Map<string, Promise<Rooms>>()
  const workspace = options.workspace ?? workspaceOf(home)

  return {
    home,
    workspace,
    config,
    clock,
    auth,
    events: openEvents(),
    live: openLiveStages(),
    project(name) {
      if (!projectName.test(name)) {
        const problem = `"${name}" is no project name: lower-case letters, digits, - and _, at most 63.`
        return Promise.reject(new TidemillError('bad_request', { problem }))
      }
      let opened = projects.get(name)
      if (!opened) {
        const folder = join(home, 'projects', name)
        opened = openRooms({ project: name, home, folder, workspace, config, clock })
        projects.set(name, opened)
        // A project that could not be opened is tried again at the next call.
        opened.catch(() => projects.delete(name))
      }
      return opened
    },
    opened: () => Promise.all(projects.values()),
    async close() {
      if (closed) return
      closed = true
      for (const opened of projects.values()) await (await opened).close()
      await identities.close()
    },
  }
}

function workspaceOf(home: string): string {
  return basename(home) === '.tidemill' ? dirname(home) : home
}
