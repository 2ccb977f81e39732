import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export type RunStatus = 'finished' | 'failed' | 'killed'

export interface AtEnd {
  /** When there is time: the loop is empty, or a signal came. */
  end(status: RunStatus): Promise<void>
  /** What is left to send when there is none: `process.exit`, or an error nobody caught. */
  atOnce(status: RunStatus): object | undefined
  onProblem(problem: string): void
}

const own = import.meta.url.endsWith('.ts') ? './send-at-exit.ts' : './send-at-exit.js'
const script = fileURLToPath(new URL(own, import.meta.url))
const signals = ['SIGINT', 'SIGTERM'] as const
const longestMs = 10_000

/** Sees to a run that its program leaves open, however it ends. Answers what calls it off. */
export function whenProcessEnds({ end, atOnce, onProblem }: AtEnd): () => void {
  const onIdle = (): void =>
    void end('finished').catch((error: unknown) => onProblem(String(error)))

  /** Nothing asynchronous runs any more, so another process sends what is left while this one waits. */
  function onExit(code: number): void {
    const left = atOnce(code === 0 ? 'finished' : 'failed')
    if (!left) return
    const { status, stderr } = spawnSync(process.execPath, [script], {
      input: JSON.stringify(left),
      timeout: longestMs,
      encoding: 'utf8',
    })
    if (status !== 0) onProblem(`what was left could not be sent: ${stderr.trim().slice(-500)}`)
  }

  let ending = false
  const onSignal = (signal: NodeJS.Signals): void => {
    // A stage's program may get one signal twice: of its process group, and of the tidemill that started it.
    if (ending) return
    ending = true
    const others = process.listenerCount(signal) - process.listeners(signal).filter(isOwn).length
    void Promise.race([
      end('killed').catch(() => undefined),
      new Promise((resolve) => setTimeout(resolve, longestMs)),
    ]).then(() => {
      stopListening()
      // Whoever listens as well decides what becomes of the process; else it ends as the signal wants.
      if (others === 0) process.kill(process.pid, signal)
    })
  }
  Object.defineProperty(onSignal, mark, { value: true })

  function stopListening(): void {
    for (const each of signals) process.off(each, onSignal)
  }

  process.once('beforeExit', onIdle)
  process.once('exit', onExit)
  for (const signal of signals) process.on(signal, onSignal)
  return () => {
    process.off('beforeExit', onIdle)
    process.off('exit', onExit)
    if (!ending) stopListening()
  }
}

const mark = Symbol('tidemill')

function isOwn(listener: object): boolean {
  return mark in listener
}
