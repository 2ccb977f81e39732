import { once } from 'node:events'
import { join } from 'node:path'
import { startServer } from '#app'

// A server in a process of its own, for a test to kill. It has all it needs in memory before it is told to start.
const dir = process.argv[2] ?? ''
await once(process.stdin, 'data')
process.stdin.unref()
const server = await startServer({
  home: join(dir, '.tidemill'),
  workspace: dir,
  host: '127.0.0.1',
  port: 0,
  logLevel: 'silent',
})
process.stdout.write(`${server.url}\n`)
