import { existsSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join, resolve } from 'node:path'
import { freePort } from '../../test/support/services.ts'
import { startServer } from '../../test/support/server-process.ts'
import { root } from './folder.ts'

const python = resolve(process.env.TIDEMILL_PEERS ?? '.peers', 'mlflow/bin/python')

export type Post = (path: string, body: unknown) => Promise<Json>
export interface Json {
  readonly [field: string]: Json & string
}

/** A server that speaks MLflow's REST. */
export interface Server {
  readonly url: string
  /** The SQLite file with its runs. */
  readonly database: string
  readonly pid?: number
  stop(): Promise<void>
}

export async function startOwn(dir: string): Promise<Server> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const args = [join(root, 'bin/tidemill.js'), 'server', '--home', join(dir, 'home')]
  const options = ['--port', String(port), '--log-level', 'warn']
  const started = await startServer(process.execPath, [...args, ...options], { cwd: dir }, () =>
    fetch(`${url}/ready`),
  )
  const database = join(dir, 'home/projects/default/metadata.db')
  const { pid } = started.process
  return {
    url,
    database,
    stop: () => started.stop('SIGTERM'),
    ...(pid === undefined ? {} : { pid }),
  }
}

/** With four workers and a SQLite database of its own; none where MLflow is not installed. */
export async function startMlflow(dir: string): Promise<Server | undefined> {
  if (!existsSync(python)) return undefined
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const options = {
    '--host': '127.0.0.1',
    '--port': String(port),
    '--workers': '4',
    '--backend-store-uri': `sqlite:///${join(dir, 'mlflow.db')}`,
    '--artifacts-destination': `${dir}/artifacts`,
  }
  const args = ['-m', 'mlflow', 'server', ...Object.entries(options).flat()]
  // Its workers for jobs would outlive it.
  const own = { MLFLOW_DISABLE_TELEMETRY: 'true', MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' }
  const env = { ...process.env, ...own }
  const server = await startServer(python, args, { cwd: dir, env }, async () => {
    if (!(await fetch(`${url}/health`)).ok) throw new Error('not ready')
  })
  return { url, database: join(dir, 'mlflow.db'), stop: () => server.stop('SIGTERM') }
}

/** Posts over connections that stay open. */
export function poster({ url }: Pick<Server, 'url'>, connections = 1): Post {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return (path, body) =>
    new Promise((done, failed) => {
      const text = JSON.stringify(body)
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      }
      const call = request(
        `${url}/api/2.0/mlflow/${path}`,
        { method: 'POST', agent, headers },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () => {
            const answer = Buffer.concat(chunks).toString()
            if (response.statusCode === 200) done(JSON.parse(answer) as Json)
            else failed(new Error(`${path} answered ${response.statusCode}: ${answer}`))
          })
        },
      )
      call.on('error', failed)
      call.end(text)
    })
}
