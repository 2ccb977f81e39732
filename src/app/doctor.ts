import { existsSync } from 'node:fs'
import { access, constants, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, resolve } from 'node:path'
import { openApp } from './app.ts'

export interface Finding {
  readonly what: string
  readonly state: 'good' | 'warning' | 'bad'
  readonly found: string
  /** What to do, where something is to be done. */
  readonly remedy?: string
}

const enoughBytes = 1 << 30

/** Looks at the machine and the home: what would keep Tidemill from working, each with what to do. */
export async function examine({
  home,
  port,
}: {
  readonly home: string
  readonly port: number
}): Promise<readonly Finding[]> {
  return [
    nodeVersion(),
    await diskSpace(home),
    await permissions(home),
    await portIsFree(port),
    await parts('DuckDB', async () => {
      const query = (await import('#query')).openQuery()
      await query.run('select 1')
      await query.close()
    }),
    await parts('ONNX Runtime', async () => void (await import('onnxruntime-node'))),
    await homeOpens(home),
  ]
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const good = major > 24 || (major === 24 && minor >= 21)
  return good
    ? { what: 'Node', state: 'good', found: process.version }
    : { what: 'Node', state: 'bad', found: process.version, remedy: 'Install Node 24.21 or later.' }
}

async function diskSpace(home: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(existing(home))
  const free = bavail * bsize
  const found = `${(free / 2 ** 30).toFixed(1)} GiB free`
  return free > enoughBytes
    ? { what: 'Disk', state: 'good', found }
    : {
        what: 'Disk',
        state: 'warning',
        found,
        remedy: 'Free some space: data versions and models need room.',
      }
}

async function permissions(home: string): Promise<Finding> {
  const folder = existing(home)
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  )
  return writable
    ? { what: 'Home', state: 'good', found: `${home} can be written to` }
    : {
        what: 'Home',
        state: 'bad',
        found: `${folder} cannot be written to`,
        remedy: 'Change its owner, or name another with --home.',
      }
}

function portIsFree(port: number): Promise<Finding> {
  return new Promise((found) => {
    const server = createServer()
    server.once('error', () =>
      found({
        what: 'Port',
        state: 'warning',
        found: `${port} is taken`,
        remedy: 'A server may run already; else start one with --port N.',
      }),
    )
    server.listen(port, '127.0.0.1', () => {
      server.close(() => found({ what: 'Port', state: 'good', found: `${port} is free` }))
    })
  })
}

async function parts(what: string, load: () => Promise<void>): Promise<Finding> {
  const problem = await load().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  return problem === undefined
    ? { what, state: 'good', found: 'loads' }
    : { what, state: 'bad', found: problem, remedy: 'Install the packages again: npm ci.' }
}

/** Opens it for real: a damaged or newer database says so here, with its own hint. */
async function homeOpens(home: string): Promise<Finding> {
  if (!existsSync(home)) {
    return {
      what: 'State',
      state: 'warning',
      found: `there is no home at ${home}`,
      remedy: 'Make one: tidemill init',
    }
  }
  try {
    const app = await openApp({ home, create: false })
    try {
      const rooms = await app.project('default')
      const datasets = await rooms.lake.list()
      return { what: 'State', state: 'good', found: `opens; ${datasets.length} datasets` }
    } finally {
      await app.close()
    }
  } catch (error) {
    const { message, hint } = error as { message?: string; hint?: string }
    return {
      what: 'State',
      state: 'bad',
      found: message ?? String(error),
      ...(hint === undefined ? {} : { remedy: hint }),
    }
  }
}

/** The nearest folder that is there. */
function existing(path: string): string {
  let here = resolve(path)
  while (!existsSync(here) && dirname(here) !== here) here = dirname(here)
  return here
}
