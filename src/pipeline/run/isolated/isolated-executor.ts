import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { TidemillError } from '#contract/error'
import type { Executor, StageResult } from '../executor.ts'
import { eachLine } from './each-line.ts'
import type { FromWorker, ToWorker } from './worker-message.ts'

const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js',
  import.meta.url,
)

const notBegun: StageResult = {
  exitCode: 143,
  cancelled: true,
  resources: { wallSeconds: 0, cpuSeconds: 0, peakRssBytes: 0, readBytes: 0, writtenBytes: 0 },
}

/**
 * Runs each stage in an empty folder of its own, in another process that is given the task and the address of the objects and
 * nothing else: what a stage does not declare is not there. What executors on other machines do, on this one.
 */
export function isolatedExecutor(): Executor {
  return {
    byDigest: true,
    async run(task, { log, mark, objects, signal, onOutput, onSample }) {
      // The word to stop might reach the worker after the task.
      if (signal?.aborted) return notBegun
      return new Promise((resolve, reject) => {
        mkdirSync(dirname(log), { recursive: true })
        const worker = spawn(process.execPath, [workerFile.pathname], {
          stdio: ['pipe', 'pipe', 'pipe'],
          detached: true,
        })
        // No process is named: when this one dies the worker ends its task by itself, and nothing of it touches the repository.
        mkdirSync(dirname(mark), { recursive: true })
        writeFileSync(mark, '{}')
        const send = (message: ToWorker): void => {
          worker.stdin.write(`${JSON.stringify(message)}\n`)
        }
        const stop = (): void => send({ type: 'cancel' })
        let result: StageResult | undefined
        let problem = ''
        worker.stdin.on('error', () => undefined)
        worker.stderr.setEncoding('utf8').on('data', (text: string) => (problem += text))
        eachLine(worker.stdout, (line) => {
          const message = JSON.parse(line) as FromWorker
          if (message.type === 'result') result = message.result
          else if (message.type === 'sample') onSample?.(message.sample)
          else {
            appendFileSync(log, message.text)
            onOutput?.(message.text)
          }
        })
        worker.once('error', reject)
        worker.once('close', () => {
          signal?.removeEventListener('abort', stop)
          rmSync(mark, { force: true })
          if (result) resolve(result)
          else {
            const said = problem === '' ? 'it was ended from outside.' : problem.trim()
            reject(
              new TidemillError('unavailable', {
                problem: `The process of ${task.stage} ended without a result: ${said}`,
              }),
            )
          }
        })
        signal?.addEventListener('abort', stop, { once: true })
        send({ type: 'task', task, objects })
      })
    },
  }
}
