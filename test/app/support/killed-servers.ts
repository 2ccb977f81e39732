import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('./serve-process.ts', import.meta.url))

export interface KilledServers {
  /** Starts the next server over the same folder. */
  start(): Promise<string>
  /** Kills the one that runs with -9; comes when it is gone. */
  kill(): Promise<void>
}

type Child = ChildProcessByStdio<Writable, Readable, null>

/** Servers over one folder, one after the other. While one works the next process loads its modules, which takes longer than a start. */
export function killedServers(t: TestContext, dir: string): KilledServers {
  const spawned = (): Child =>
    spawn(process.execPath, [script, dir], { stdio: ['pipe', 'pipe', 'inherit'] })
  let next = spawned()
  let running: Child | undefined
  t.after(() => {
    next.kill('SIGKILL')
    running?.kill('SIGKILL')
  })
  return {
    async start() {
      running = next
      next = spawned()
      const ended = once(running, 'exit')
      running.stdin.write('start\n')
      const [said] = await Promise.race([
        once(running.stdout, 'data'),
        ended.then(([code, signal]) => {
          throw new Error(`the server ended with ${code ?? signal} before it was ready`)
        }),
      ])
      return String(said).trim()
    },
    async kill() {
      const child = running
      if (!child) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
