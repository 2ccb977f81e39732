// A process of its own that sends what another could not, because it ends without waiting: `node send-at-exit.js`, what to send on stdin.
import { text } from 'node:stream/consumers'
import { httpCaller, operations } from '#contract'
import { deliver, type Entries } from './deliver.ts'

const { server, run, entries, status } = JSON.parse(await text(process.stdin)) as {
  server: { url: string; project: string; token?: string }
  run: string
  entries: Entries
  status: 'finished' | 'failed' | 'killed'
}
const caller = httpCaller(server)
const { metrics } = entries
for (let start = 0; start === 0 || start < metrics.length; start += 1000) {
  const rest = start === 0 ? entries : { params: {}, tags: {} }
  const part = { ...rest, metrics: metrics.slice(start, start + 1000) }
  await deliver(part, send, (problem) => {
    process.stderr.write(`${problem}\n`)
    process.exitCode = 1
  })
}
await caller.call(operations.runs.end, { run, status })

async function send({ metrics: points, params, tags }: Entries): Promise<unknown> {
  try {
    const some = { metrics: [...points], params: { ...params }, tags: { ...tags } }
    await caller.call(operations.runs.log, { run, ...some })
    return undefined
  } catch (error) {
    return error
  }
}
