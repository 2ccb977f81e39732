import { parentPort } from 'node:worker_threads'
import { TidemillError } from '#contract/error'
import { hashFile } from './hash-file.ts'
import type { HashAnswer } from './hash-many.ts'

parentPort?.on('message', (paths: readonly string[]) => {
  void answer(paths).then((message) => parentPort?.postMessage(message))
})

async function answer(paths: readonly string[]): Promise<HashAnswer> {
  const hashed: HashAnswer['hashed'][number][] = []
  for (const path of paths) {
    try {
      const { md5, stats } = await hashFile(path)
      const { ino, size, mtimeMs, ctimeMs } = stats
      hashed.push({ md5, stats: { ino, size, mtimeMs, ctimeMs } })
    } catch (error) {
      if (error instanceof TidemillError)
        return { hashed, failed: { code: error.code, details: error.details } }
      return { hashed, failed: { message: error instanceof Error ? error.message : String(error) } }
    }
  }
  return { hashed }
}
