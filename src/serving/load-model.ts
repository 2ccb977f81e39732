import { isDigest, TidemillError, type Signature } from '#contract'
import { readOnnxHeader } from '#learn'
import type { ObjectStore } from '#store'
import { modelRunner, type RunnerAnswer } from './model-runner.ts'
import type { Cell } from './read-rows.ts'
import { batcher, type Batcher } from './runtime/batcher.ts'
import type { Runtime } from './runtime/runtime.ts'

/** A model that answers. */
export interface AnsweringModel {
  readonly signature: Signature
  readonly batch: Batcher<readonly Cell[], RunnerAnswer>
  /** Keeps the model loaded until the work is done, however often it asks. */
  use<T>(work: () => Promise<T>): Promise<T>
  /** Lets the work that uses it, and what was asked, be done first. */
  close(): Promise<void>
}

export async function loadModel(
  objects: ObjectStore,
  runtime: Runtime,
  digest: string,
  signature: Signature,
  name: string,
): Promise<AnsweringModel> {
  if (!isDigest(digest))
    throw new TidemillError('model_invalid', { name, problem: 'its digest cannot be read.' })
  const header = readOnnxHeader(await objects.read(digest), name)
  const loaded = await runtime.load(await objects.file(digest), name)
  try {
    const batch = batcher(modelRunner(name, header, signature, loaded))
    const under = new Set<Promise<unknown>>()
    return {
      signature,
      batch,
      use(work) {
        const done = work()
        under.add(done)
        return done.finally(() => under.delete(done))
      },
      async close() {
        while (under.size > 0) await Promise.allSettled(under)
        await batch.idle()
        await loaded.close()
      },
    }
  } catch (error) {
    await loaded.close()
    throw error
  }
}
