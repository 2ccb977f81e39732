import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { createClient } from '@redis/client'
import { startServer, type ServerProcess } from './server-process.ts'
import { folderWith, freePort, skipWithout } from './services.ts'

const program = ['redis-server', 'valkey-server'].find((name) => folderWith([name]) !== undefined)

/** For the `skip` of tests that need the server. */
export const skipRedis: string | false = skipWithout(program, 'Redis or Valkey')

export interface RedisServer {
  readonly url: string
  readonly port: number
  readonly server: ServerProcess
  stop(): Promise<void>
}

let shared: Promise<RedisServer> | undefined

/** The address of a server of this process, started at the first call. It keeps nothing on disk. */
export async function redisUrl(): Promise<string> {
  shared ??= startRedis()
  return (await shared).url
}

after(async () => {
  await (await shared)?.stop()
  shared = undefined
})

/** A server of the test's own, to be stopped by it. */
export async function startRedis(port?: number): Promise<RedisServer> {
  if (program === undefined) throw new Error('Redis or Valkey is not installed')
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-redis-'))
  const chosen = port ?? (await freePort())
  const url = `redis://127.0.0.1:${chosen}`
  const server = await startServer(
    program,
    ['--port', String(chosen), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
    { cwd: folder },
    () => ping(url),
  )
  return {
    url,
    port: chosen,
    server,
    async stop() {
      await server.stop('SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function ping(url: string): Promise<void> {
  const client = createClient({ url, socket: { reconnectStrategy: false } })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.ping()
  } finally {
    if (client.isOpen) client.destroy()
  }
}
