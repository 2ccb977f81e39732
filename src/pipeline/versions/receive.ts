import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { legacyHash } from '../files/legacy-hash.ts'
import { legacyRemotePath, remotePath, type OnBytes, type Remote } from '../remotes/remote.ts'
import type { Repository } from '../repository.ts'

/**
 * Brings one object into the cache. What a fetch that was cut off left is gone on with; a whole that is wrong is fetched once more
 * from the start. `legacy` is for what DVC 2 recorded, and kept elsewhere. `false` when its bytes are not what its name says.
 */
export async function receive(
  repository: Repository,
  remote: Remote,
  md5: string,
  legacy = false,
  onBytes?: OnBytes,
): Promise<boolean> {
  const file = join(repository.own, 'partial', md5)
  for (let fresh = !existsSync(file); ; fresh = true) {
    const actual = await remote.get(legacy ? legacyRemotePath(md5) : remotePath(md5), file, onBytes)
    const name = md5.slice(0, 32)
    if (actual === name || (legacy && (await legacyHash(file)) === name)) {
      repository.cache.adopt(file, md5, legacy)
      return true
    }
    rmSync(file, { force: true })
    if (fresh) return false
  }
}
