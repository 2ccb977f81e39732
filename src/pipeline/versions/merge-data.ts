import { statSync } from 'node:fs'
import { dotDvcText, readDotDvc } from '../definition/dot-dvc.ts'
import { makeManifest } from '../files/manifest.ts'
import { TidemillError } from '#contract/error'
import type { Entry } from '../model.ts'
import type { Repository } from '../repository.ts'
import type { BringObjects } from '../run/runner-context.ts'
import { mergeEntries } from './three-way.ts'
import type { Merged } from './merge-lock.ts'

/**
 * Merges two versions of a `.dvc` file that come from `base`: of a folder file by file, through its manifests. Those that the cache
 * lacks are asked of `bring`, as Git merges before the other side's data is here. A file that both sides changed in different ways
 * is a conflict, and ours stays. Errors: `conflict` for what is no folder on both sides, and for a manifest that is nowhere.
 */
export async function mergeDataFiles(
  repository: Repository,
  base: string,
  ours: string,
  theirs: string,
  bring: BringObjects,
): Promise<Merged> {
  const only = (text: string): Entry | undefined => {
    const { entries } = readDotDvc(text, 'the .dvc file', '', repository.root)
    if (entries.length > 1) throw twoSides('it has several outputs')
    return entries[0]
  }
  const [old, our, their] = [only(base), only(ours), only(theirs)]
  if (our?.md5 === their?.md5 || their?.md5 === old?.md5) return { text: ours, conflicts: [] }
  if (our?.md5 === old?.md5) return { text: theirs, conflicts: [] }
  if (!our || !their) throw twoSides('one side removed it')
  if (![our, their].every(isFolder)) throw twoSides('it is a file, which cannot be merged')
  const { cache } = repository
  const wanted = [old, our, their].flatMap((entry) =>
    entry?.md5 !== undefined && isFolder(entry) ? [entry.md5] : [],
  )
  const lacking = wanted.filter((md5) => cache.manifest(md5) === undefined)
  if (lacking.length > 0) await bring(repository, lacking)
  const files = (entry: Entry | undefined): ReadonlyMap<string, string> => {
    if (entry?.md5 === undefined || !isFolder(entry)) return new Map()
    const manifest = cache.manifest(entry.md5)
    if (!manifest) throw twoSides(`neither the cache nor the remote says what is in ${entry.md5}`)
    return new Map(manifest.map((file) => [file.path, file.md5]))
  }
  const [before, here, there] = [files(old), files(our), files(their)]
  const { merged, conflicts } = mergeEntries(before, here, there, (a, b) => a === b)
  const kept = new Map(merged)
  for (const path of conflicts) {
    const mine = here.get(path)
    if (mine !== undefined) kept.set(path, mine)
  }
  const manifest = makeManifest([...kept].map(([path, md5]) => ({ path, md5 })))
  cache.addBytes(manifest.text, manifest.md5)
  const sizes = [...kept.values()].map(
    (md5) => statSync(cache.path(md5), { throwIfNoEntry: false })?.size,
  )
  // of files that are not here nobody says how large they are; the sum is a note that may be left out
  const size = sizes.includes(undefined)
    ? undefined
    : sizes.reduce((sum = 0, each = 0) => sum + each, 0)
  const { size: _old, ...fields } = our
  const entry: Entry = {
    ...fields,
    md5: manifest.md5,
    nfiles: kept.size,
    ...(size === undefined ? {} : { size }),
  }
  return { text: dotDvcText([entry], ours), conflicts }
}

function isFolder({ md5 }: Entry): boolean {
  return md5?.endsWith('.dir') === true
}

function twoSides(why: string): TidemillError {
  return new TidemillError('conflict', {
    problem: `Both sides changed this .dvc file, and ${why}: take one of them, or add the data anew.`,
  })
}
