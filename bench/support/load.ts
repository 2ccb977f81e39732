import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface LoadRequest {
  readonly url: string
  readonly body: string
  readonly connections: number
  readonly seconds: number
}

export interface LoadResult {
  readonly perSecond: number
  readonly failures: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
}

export interface Load {
  run(request: LoadRequest): Promise<LoadResult>
  close(): void
}

export function startLoad(): Load {
  const child = fork(fileURLToPath(new URL('./load-process.ts', import.meta.url)))
  return {
    async run(request) {
      child.send(request)
      const [result] = (await once(child, 'message')) as [LoadResult]
      if (result.failures > 0) throw new Error(`${result.failures} requests failed`)
      return result
    },
    close: () => void child.kill(),
  }
}
