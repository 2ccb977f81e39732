import { existsSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { authMigrations, openAuth, type Auth, type Guest } from '#auth'
import { TidemillError } from '#contract'
import { openPostgres, openSqlite, systemClock, type Clock } from '#store'
import { readConfig, type Config } from './config.ts'
import { openEvents, type Events } from './events.ts'
import { openLiveStages, type LiveStages } from './live-stages.ts'
import { identitySchema } from './project-schema.ts'
import { openRooms, type Rooms } from './rooms.ts'

/** A home with its projects and identities, opened. */
export interface App {
  readonly home: string
  readonly workspace: string
  /** The project of who names none. */
  readonly usual: string
  readonly config: Config
  readonly clock: Clock
  readonly auth: Auth
  /** What changes in a project. */
  readonly eventsOf: (project: string) => Events
  readonly live: LiveStages
  /** The rooms of a project; opened at the first call. One that is not there is refused, or made; the default one is always there. */
  project(name: string, options?: { readonly make?: boolean }): Promise<Rooms>
  /** The names of all that are there. */
  projects(): Promise<readonly string[]>
  /** Projects that are open; not those that are being opened, or could not be. */
  opened(): readonly Rooms[]
  close(): Promise<void>
}

/** The same for who works in one project: what is told and heard of changes is told and heard there. */
export interface ProjectApp extends App {
  readonly events: Events
}

export function inProject(app: App, project: string): ProjectApp {
  return { ...app, events: app.eventsOf(project) }
}

export interface AppOptions {
  readonly home: string
  /** Where tidemill.yaml is; the folder that holds a home named `.tidemill`, unless said. */
  readonly workspace?: string
  /** Whether only this machine can reach the server, so that its user needs no password. */
  readonly loopback?: boolean
  /** Whether it lives for one command only: no proxy leads to it, whatever the configuration says of the server. */
  readonly forOneCommand?: boolean
  /** The project of who names none; `default` unless said. */
  readonly usual?: string
  readonly guest?: Guest
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
    ? await openPostgres({ url: config.database, schema: identitySchema })
    : await openSqlite({ file: join(home, 'identity.db') })
  await identities.migrate(authMigrations)
  const auth = openAuth({
    metadata: identities,
    clock,
    loopback: (options.loopback ?? true) && (options.forOneCommand || !isNamed(config)),
    secureCookies: config.server?.secureCookies ?? false,
    ...(options.guest ? { guest: options.guest } : {}),
  })
  let closed = false
  const projects = new Map<string, Promise<Rooms>>()
  const open: Rooms[] = []
  const events = openEvents(() => open)
  const workspace = options.workspace ?? workspaceOf(home)

  return {
    home,
    workspace,
    usual: options.usual ?? 'default',
    config,
    clock,
    auth,
    eventsOf: events.of,
    live: openLiveStages(clock),
    project(name, { make = false } = {}) {
      if (!projectName.test(name)) {
        const problem = `"${name}" is no project name: lower-case letters, digits, - and _, at most 63.`
        return Promise.reject(new TidemillError('bad_request', { problem }))
      }
      let opened = projects.get(name)
      if (!opened) {
        const folder = join(home, 'projects', name)
        if (!make && name !== 'default' && !existsSync(folder)) {
          return Promise.reject(new TidemillError('not_found', { kind: 'project', name }))
        }
        opened = openRooms({ project: name, home, folder, workspace, config, clock })
        projects.set(name, opened)
        opened.then(
          (rooms) => open.push(rooms),
          // A project that could not be opened is tried again at the next call.
          () => projects.delete(name),
        )
      }
      return opened
    },
    async projects() {
      const found = await readdir(join(home, 'projects')).catch(() => [])
      return [...new Set(['default', ...found.filter((name) => projectName.test(name))])].toSorted()
    },
    opened: () => open,
    async close() {
      if (closed) return
      closed = true
      await Promise.allSettled(projects.values())
      await events.close()
      for (const rooms of open) await rooms.close()
      await identities.close()
    },
  }
}

/** Whether others reach the server by a name or through a proxy, so that who is near is not yet who may. */
function isNamed({ server: { hosts = [], proxies = [] } = {} }: Config): boolean {
  return hosts.length > 0 || proxies.length > 0
}

function workspaceOf(home: string): string {
  return basename(home) === '.tidemill' ? dirname(home) : home
}
