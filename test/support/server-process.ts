import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

export interface ServerProcess {
  readonly process: ChildProcess
  stop(signal: NodeJS.Signals): Promise<void>
}

/** MLflow’s server takes 10 s to start on an idle machine, and more than a minute where two start beside other tests. */
const patienceMs = 180_000

/** Starts a server and waits until `ready` resolves; what it printed is in the error when it never does. */
export async function startServer(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
  ready: () => Promise<unknown>,
): Promise<ServerProcess> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-4000)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  // Also when the tests end by an exception.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)

  const server = {
    process: child,
    async stop(signal: NodeJS.Signals) {
      process.off('exit', kill)
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill(signal)
      await exited
    },
  }
  let last: unknown
  for (const begin = Date.now(); Date.now() - begin < patienceMs; await delay(25)) {
    if (child.exitCode !== null) break
    try {
      await ready()
      return server
    } catch (error) {
      last = error
    }
  }
  await server.stop('SIGKILL')
  throw new Error(`${command} did not start: ${printed}`, { cause: last })
}
