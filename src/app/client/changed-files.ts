import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { runGit, zeros } from '../run-git.ts'

/** Of a larger file of the commit Git is not asked for the difference, which would take long and much memory. */
export const mostChangedBytes = 16 << 20

/** A file that differs from the commit, as it was there. */
interface Before {
  /** A repository of its own: no patch of this one brings back what differs in it, and nothing of it was looked at for secrets. */
  readonly isRepository: boolean
  /** What of it is in the commit. */
  readonly object: string
}

/** What differs from the commit, by path, as it was there. */
export async function changesOf(top: string): Promise<ReadonlyMap<string, Before>> {
  const form = ['--raw', '--no-abbrev', '-z', '--no-renames']
  const said = zeros(await runGit(top, ['diff', ...form, 'HEAD']))
  const before = new Map<string, Before>()
  for (let at = 0; at < said.length; at += 2) {
    const [facts = '', path = ''] = said.slice(at, at + 2)
    const isRepository = /^:(?:160000|\d+ 160000) /.test(facts)
    before.set(path, { isRepository, object: facts.split(' ')[2] ?? '' })
  }
  return before
}

/** Those that are large, or were in the commit. */
export async function largeFiles(
  top: string,
  changed: readonly string[],
  before: ReadonlyMap<string, Before>,
): Promise<ReadonlySet<string>> {
  const objects = changed.map((path) => before.get(path)?.object ?? '')
  const [now, then] = await Promise.all([sizesOf(top, changed), sizesOfObjects(top, objects)])
  const sizeOf = (path: string, at: number): number =>
    Math.max(now.get(path) ?? 0, then.get(objects[at] ?? '') ?? 0)
  return new Set(changed.filter((path, at) => sizeOf(path, at) > mostChangedBytes))
}

/** What objects of Git come to, which are named on its standard input: a command takes so many names only. */
async function sizesOfObjects(
  top: string,
  objects: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const asked = ['cat-file', '--batch-check=%(objectname) %(objectsize)']
  const said = String(await runGit(top, asked, { input: Buffer.from(objects.join('\n')) }))
  return new Map(
    said.split('\n').map((line) => {
      const [object = '', size] = line.split(' ')
      return [object, Number(size) || 0]
    }),
  )
}

/** How large files are; those that are gone have no size. */
export async function sizesOf(top: string, paths: readonly string[]): Promise<Map<string, number>> {
  const found = await Promise.all(
    paths.map((path) => lstat(join(top, path)).catch(() => undefined)),
  )
  return new Map(paths.map((path, at) => [path, found[at]?.size ?? 0]))
}
