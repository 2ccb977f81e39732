import { lstatSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { writablePath } from '../files/writable-path.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { openRepository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { recordedOutputs } from './recorded-outputs.ts'

/** Puts copies in place of links into the cache, so that the data may be written to. The paths that changed. */
export async function unprotect(
  pipeline: Pipeline,
  targets: readonly string[],
): Promise<readonly string[]> {
  const repository = openRepository(pipeline.root)
  return withRepositoryLock(repository, async () => {
    const changed: string[] = []
    const { outputs } = recordedOutputs(pipeline, openLocks(pipeline.root), { targets })
    for (const { out } of outputs) {
      const content = await repository.files.content(out.target)
      const top = writablePath(pipeline.root, out.target)
      for (const { path, md5 } of content?.manifest?.files ?? [
        { path: '', md5: content?.md5 ?? '' },
      ]) {
        const file = path === '' ? top : join(top, path)
        if (!content || !repository.cache.has(md5) || !isProtected(file)) continue
        await repository.cache.checkout(md5, file, content.isexec === true, ['copy'])
        changed.push(path === '' ? out.target : `${out.target}/${path}`)
      }
      repository.files.forget(out.target)
    }
    return changed
  })
}

function isProtected(file: string): boolean {
  return lstatSync(file).isSymbolicLink() || (statSync(file).mode & 0o200) === 0
}
