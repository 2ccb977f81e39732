import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { hashFile } from '../files/hash-file.ts'
import { legacyHash } from '../files/legacy-hash.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { openRepository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { recordedOutputs } from './recorded-outputs.ts'

export interface FsckResult {
  /** Objects whose bytes were read. */
  readonly checked: number
  /** Digests of objects whose bytes are not what their name says. */
  readonly corrupt: readonly string[]
  /** Recorded outputs that the cache does not have whole. */
  readonly missing: readonly string[]
}

/**
 * Reads every object of the cache and checks its digest, whatever is remembered of it, and looks for what is recorded and not
 * there. With `repair`, damaged objects go, so that `fetch` brings them back.
 */
export async function fsck(
  pipeline: Pipeline,
  options: { readonly repair?: boolean; readonly onProgress?: (checked: number) => void } = {},
): Promise<FsckResult> {
  const repository = openRepository(pipeline.root)
  return withRepositoryLock(repository, async () => {
    const corrupt: string[] = []
    let checked = 0
    for (const { file, md5, legacy } of objects(repository.cache.folder)) {
      const name = md5.slice(0, 32)
      const whole = (await hashFile(file)).md5 === name || (legacy && legacyHash(file) === name)
      checked += 1
      options.onProgress?.(checked)
      if (whole) continue
      corrupt.push(md5)
      if (options.repair) rmSync(file, { force: true })
    }
    const { outputs } = recordedOutputs(pipeline, openLocks(pipeline.root))
    const damaged = new Set(corrupt)
    const missing = outputs.flatMap(({ out, entry }) => {
      if (!out.cache || entry.md5 === undefined) return []
      const files = repository.cache.manifest(entry.md5) ?? []
      const there =
        repository.cache.has(entry.md5) &&
        ![entry.md5, ...files.map((file) => file.md5)].some((md5) => damaged.has(md5))
      return there ? [] : [out.target]
    })
    return { checked, corrupt, missing }
  })
}

function* objects(folder: string): Generator<{ file: string; md5: string; legacy: boolean }> {
  for (const top of [join(folder, 'files', 'md5'), folder]) {
    for (const prefix of names(top).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
      for (const rest of names(join(top, prefix))) {
        if (!/^[0-9a-f]{30}(?:\.dir)?$/.test(rest)) continue
        yield { file: join(top, prefix, rest), md5: `${prefix}${rest}`, legacy: top === folder }
      }
    }
  }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
