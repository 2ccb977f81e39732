// A process of its own that sends what another could not, because it ends without waiting: `node send-at-exit.js`, what to send on stdin.
import { text } from 'node:stream/consumers'
import { httpCaller, operations } from '#contract'
import type { Entries } from './send-buffer.ts'

const { server, run, entries, status } = JSON.parse(await text(process.stdin)) as {
  server: { url: string; project: string; token?: string }
  run: string
  entries: Entries
  status: 'finished' | 'failed' | 'killed'
}
const caller = httpCaller(server)
const { metrics, params, tags } = entries
for (let start = 0; start === 0 || start < metrics.length; start += 1000) {
  const part = metrics.slice(start, start + 1000)
  const rest = start === 0 ? { params, tags } : {}
  await caller.call(operations.runs.log, { run, metrics: [...part], ...rest })
}
await caller.call(operations.runs.end, { run, status })
