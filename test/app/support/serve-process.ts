import { join } from 'node:path'
import { startServer } from '#app'

// A server in a process of its own, for a test to kill.
const dir = process.argv[2] ?? ''
const server = await startServer({
  home: join(dir, '.tidemill'),
  workspace: dir,
  host: '127.0.0.1',
  port: 0,
  logLevel: 'silent',
})
process.stdout.write(`${server.url}\n`)
