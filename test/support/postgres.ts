import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext } from 'node:test'
import { Client } from 'pg'
import { startServer, type ServerProcess } from './server-process.ts'
import { folderWith, freePort, skipWithout } from './services.ts'

const programs = folderWith(['initdb', 'postgres'])

/** For the `skip` of tests that need the server. */
export const skipPostgres: string | false = skipWithout(programs, 'PostgreSQL')

interface Running {
  readonly url: string
  readonly server: ServerProcess
  readonly folder: string
}

let running: Promise<Running> | undefined

/** The address of a server of this process, started at the first call. It keeps nothing safe: fsync is off. */
export async function postgresUrl(): Promise<string> {
  running ??= start()
  return (await running).url
}

/** Lets what is opened during the test keep its metadata in a database of its own. */
export async function onPostgres(t: TestContext): Promise<void> {
  const url = await database(await postgresUrl())
  process.env.TIDEMILL_DATABASE_URL = url.href
  t.after(() => {
    delete process.env.TIDEMILL_DATABASE_URL
  })
}

/** A new database that sorts as those of the usual images do: letters before signs, not byte by byte. */
async function database(server: string): Promise<URL> {
  const url = new URL(server)
  const name = `tidemill_${randomBytes(6).toString('hex')}`
  const client = new Client({ connectionString: url.href })
  await client.connect()
  await client.query(
    `create database ${name} template template0 locale_provider icu icu_locale 'en-US-u-ka-shifted'`,
  )
  await client.end()
  url.pathname = `/${name}`
  return url
}

/** A schema of one's own, so that tests do not meet. */
export function freshSchema(): string {
  return `test_${randomBytes(6).toString('hex')}`
}

after(async () => {
  if (!running) return
  const { server, folder } = await running
  running = undefined
  await server.stop('SIGQUIT')
  await rm(folder, { recursive: true, force: true })
})

async function start(): Promise<Running> {
  if (programs === undefined) throw new Error('PostgreSQL is not installed')
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-postgres-'))
  // The server refuses to run as root.
  const as = process.getuid?.() === 0 ? account('postgres') : {}
  if (as.uid !== undefined && as.gid !== undefined) await chown(folder, as.uid, as.gid)
  const data = join(folder, 'data')
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'tidemill', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { ...as, cwd: folder, stdio: 'pipe', env: { PATH: process.env.PATH } },
  )
  const port = await freePort()
  const url = `postgres://tidemill@127.0.0.1:${port}/postgres`
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '100',
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = await startServer(
    join(programs, 'postgres'),
    ['-D', data, '-p', String(port), ...args],
    { ...as, cwd: folder, env: { PATH: process.env.PATH } },
    () => ping(url),
  )
  return { url: (await database(url)).href, server, folder }
}

async function ping(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  try {
    await client.connect()
    await client.query('select 1')
  } finally {
    await client.end()
  }
}

function account(user: string): { uid?: number; gid?: number } {
  const number = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }))
  return { uid: number('-u'), gid: number('-g') }
}
