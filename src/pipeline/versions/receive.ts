import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { remotePath, type Remote } from '../remotes/remote.ts'
import type { Repository } from '../repository.ts'

/**
 * Brings one object into the cache. What a fetch that was cut off left is gone on with; a whole that is wrong is fetched once more
 * from the start. `false` when its bytes are not what its name says.
 */
export async function receive(
  repository: Repository,
  remote: Remote,
  md5: string,
): Promise<boolean> {
  const file = join(repository.own, 'partial', md5)
  for (let fresh = !existsSync(file); ; fresh = true) {
    const actual = await remote.get(remotePath(md5), file)
    if (actual === md5.slice(0, 32)) {
      repository.cache.adopt(file, md5)
      return true
    }
    rmSync(file, { force: true })
    if (fresh) return false
  }
}
