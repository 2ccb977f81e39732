import { join } from 'node:path'
import { startServer } from '#app'

// A server whose prediction log can be turned off and on while it runs, so that both are measured in one process.

const dir = process.argv[2] ?? ''
const server = await startServer({
  home: join(dir, '.tidemill'),
  workspace: dir,
  host: '127.0.0.1',
  port: 0,
  logLevel: 'warn',
})
const { serving } = await server.app.project('default')
const { add } = serving.log

process.on('message', (message: { readonly log: boolean }) => {
  serving.log.add = message.log ? add : () => undefined
  process.send?.({ log: message.log })
})
process.on('disconnect', () => void server.stop())
process.send?.({ url: server.url })
