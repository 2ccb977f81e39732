import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Served {
  readonly url: string
  log(on: boolean): Promise<void>
  stop(): Promise<void>
}

export async function serve(dir: string): Promise<Served> {
  const child = fork(fileURLToPath(new URL('./serve-process.ts', import.meta.url)), [dir])
  const [{ url }] = (await once(child, 'message')) as [{ readonly url: string }]
  return {
    url,
    async log(on) {
      child.send({ log: on })
      await once(child, 'message')
    },
    async stop() {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}
