import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** A small disk of its own, with room for so many files and folders, its own among them; or why there can be none. */
export async function smallDisk(
  t: TestContext,
  megabytes: number,
  entries?: number,
): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    t.skip('a disk of its own can be mounted by root on Linux only')
    return undefined
  }
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-disk-'))
  let mounted = false
  t.after(async () => {
    if (mounted) execFileSync('umount', ['-l', folder])
    await rm(folder, { recursive: true, force: true })
  })
  try {
    const size = `size=${megabytes}m${entries === undefined ? '' : `,nr_inodes=${entries}`}`
    execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder])
    mounted = true
    return folder
  } catch {
    t.skip('this machine does not let tests mount a disk')
    return undefined
  }
}
