import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'

/** Set where tests of real servers must not be skipped. */
const required = process.env.TIDEMILL_REQUIRE_SERVICES === '1'

/** What `skip` of a test takes: false to run it, or why it is not run. */
export function skipWithout(found: string | undefined, what: string): string | false {
  return found !== undefined || required ? false : `${what} is not installed`
}

/** The first folder that has all of these programs. */
export function folderWith(programs: readonly string[]): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian)
    ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a))
    : []
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ]
  return folders.find((folder) => programs.every((name) => existsSync(join(folder, name))))
}

/** A port of the loopback that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
