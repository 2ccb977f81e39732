import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eachLine } from './each-line.ts'
import { runInFolder } from './run-in-folder.ts'
import type { FromWorker, ToWorker } from './worker-message.ts'

const say = (message: FromWorker): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
const cancelled = new AbortController()
// the other side may be gone by now; then nobody reads, and the task must end all the same
process.stdout.on('error', () => undefined)
process.stdin.on('close', () => cancelled.abort())
eachLine(process.stdin, (line) => {
  const message = JSON.parse(line) as ToWorker
  if (message.type === 'cancel') cancelled.abort()
  else void work(message)
})

async function work({ task, objects }: Extract<ToWorker, { type: 'task' }>): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'tidemill-stage-'))
  try {
    const result = await runInFolder(task, objects, place, {
      signal: cancelled.signal,
      onOutput: (text) => say({ type: 'output', text }),
      onSample: (sample) => say({ type: 'sample', sample }),
    })
    say({ type: 'result', result })
  } catch (error) {
    process.stderr.write(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  } finally {
    rmSync(place, { recursive: true, force: true })
    process.stdin.destroy()
  }
}
