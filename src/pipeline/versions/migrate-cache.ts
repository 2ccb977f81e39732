import { join } from 'node:path'
import { cacheObjects } from '../cache/cache-objects.ts'
import { hashFile } from '../files/hash-file.ts'
import type { Pipeline } from '../model.ts'
import { openRepository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'

export interface Migrated {
  readonly objects: number
  /** Objects whose name is another hash than the present one: entries of DVC 2 still need them there. */
  readonly left: number
}

/** Takes objects that lie in DVC 2's layout, and whose name is their MD5, into the present one. The old ones stay for `gc`. */
export async function migrateCache(
  pipeline: Pipeline,
  options: { readonly dry?: boolean } = {},
): Promise<Migrated> {
  const repository = openRepository(pipeline.root)
  return withRepositoryLock(repository, async () => {
    let [objects, left] = [0, 0]
    for (const { file, md5, legacy } of cacheObjects(repository.cache.folder)) {
      if (!legacy || md5 === undefined) continue
      const { md5: actual } = await hashFile(file)
      if (actual !== md5.slice(0, 32)) {
        left += 1
        continue
      }
      objects += 1
      const now = join(repository.cache.folder, 'files/md5', md5.slice(0, 2), md5.slice(2))
      if (!options.dry && repository.cache.path(md5) !== now)
        await repository.cache.addFile(file, md5)
    }
    return { objects, left }
  })
}
