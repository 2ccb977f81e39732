import { TidemillError } from '#contract/error'
import type { Content, ReadFiles } from './content.ts'
import type { FileState } from './file-state.ts'
import {
  keyOf,
  namesBelow,
  stampsBelow,
  type FoundFiles,
  type FoundNames,
  type LookBelow,
} from './files-below.ts'
import { hashNow, type Hashed } from './hash-file.ts'
import { worthThreads } from './hash-many.ts'
import type { IgnoreRules } from './ignore-rules.ts'
import { makeManifest, type Manifest } from './manifest.ts'
import { clockGrainMs, printer } from './prints.ts'
import { openThreads } from './threads.ts'

/** Describes the folder `top`, which the repository knows as `target`; files that are not known are read by `read`. */
export type DescribeFolder = (target: string, top: string, read: ReadFiles) => Promise<Content>

/** To look at so many entries takes longer than to start a thread that looks at some of them. */
const manyEntries = 20_000

/** Files with the MD5 of each. */
interface ReadBelow extends FoundFiles {
  readonly digests: readonly string[]
}

export function folderContent(ignored: IgnoreRules, state: FileState): DescribeFolder {
  async function describe(look: LookBelow, read: ReadFiles): Promise<Content> {
    const { target } = look
    const began = Date.now()
    const names = await namesBelow(look)
    const fresh = isNew(target, names) ? await readNew(look, names, read) : undefined
    const found = fresh ?? (await stampsBelow(look, names))
    const print = found.stamps.print()
    const same = fresh ? undefined : state.folders.get(target, print)
    if (same) {
      let manifest: Manifest | undefined
      return {
        md5: same.md5,
        size: same.size,
        nfiles: found.paths.length,
        // of a hundred thousand files it takes longer to write down than to see that nothing changed
        get manifest() {
          return (manifest ??= manifestAgain(look, found, same.md5))
        },
        ...linkedOf(same.linked),
      }
    }
    const { paths, linked, stamps, digests } = fresh ?? (await readUnknown(look, found, read))
    const manifest = makeManifest(paths.map((path, at) => ({ path, md5: digests[at] ?? '' })))
    let size = 0
    for (let at = 0; at < paths.length; at += 1) size += stamps.stamp(at).size
    if (began - stamps.newest >= clockGrainMs)
      state.folders.set(target, print, { md5: manifest.md5, size, linked })
    return { md5: manifest.md5, size, nfiles: paths.length, manifest, ...linkedOf(linked) }
  }

  /** Whether nothing is known of a folder of many files, and reading them tells all that looking would. */
  function isNew(target: string, { paths, areFiles }: FoundNames): boolean {
    if (!areFiles || paths.length < worthThreads.files || state.folders.has(target)) return false
    return !paths.some((path) => state.knows(keyOf(target, path)))
  }

  /** `undefined` where one cannot be read: who looks at each can say why. */
  async function readNew(
    { target, top, threads }: LookBelow,
    { paths }: FoundNames,
    read: ReadFiles,
  ): Promise<ReadBelow | undefined> {
    const since = Date.now()
    let hashed: readonly Hashed[]
    try {
      hashed = await read(
        paths.map((path) => ({ path: `${top}/${path}` })),
        threads,
      )
    } catch (error) {
      if (error instanceof TidemillError) throw error
      return undefined
    }
    const stamps = printer()
    for (const [at, { md5, stats }] of hashed.entries()) {
      const path = paths[at] ?? ''
      stamps.add(path, stats)
      state.remember(keyOf(target, path), stats, md5, since)
    }
    return { paths, linked: [], stamps, digests: hashed.map(({ md5 }) => md5) }
  }

  async function readUnknown(
    { target, top, threads }: LookBelow,
    found: FoundFiles,
    read: ReadFiles,
  ): Promise<ReadBelow> {
    const { paths, stamps } = found
    const known = paths.map((path, at) => state.md5(keyOf(target, path), stamps.stamp(at)))
    const unknown = paths.flatMap((path, at) =>
      known[at] === undefined ? [{ path, at, size: stamps.stamp(at).size }] : [],
    )
    const since = Date.now()
    const hashed = await read(
      unknown.map(({ path, size }) => ({ path: `${top}/${path}`, size })),
      threads,
    )
    const digests = known.map((md5) => md5 ?? '')
    for (const [index, { path, at }] of unknown.entries()) {
      const one = hashed[index]
      if (!one) continue
      state.remember(keyOf(target, path), one.stats, one.md5, since)
      digests[at] = one.md5
    }
    return { ...found, digests }
  }

  /** What a folder was found to hold, from what is known of its files. Errors: `conflict` when it is another by now. */
  function manifestAgain(
    { target, top }: LookBelow,
    { paths, stamps }: FoundFiles,
    md5: string,
  ): Manifest {
    const manifest = makeManifest(
      paths.map((path, at) => {
        const known = state.md5(keyOf(target, path), stamps.stamp(at))
        return { path, md5: known ?? hashNow(`${top}/${path}`) }
      }),
    )
    if (manifest.md5 === md5) return manifest
    throw new TidemillError('conflict', { problem: `${target} changed while it was looked at.` })
  }

  return async (target, top, read) => {
    const threads = openThreads()
    // of a folder that was never seen each file is to be read
    const many = state.folders.has(target) ? manyEntries : worthThreads.files
    try {
      return await describe({ target, top, ignored, threads, many }, read)
    } finally {
      await threads.close()
    }
  }
}

function linkedOf(linked: readonly string[]): Pick<Content, 'linked'> {
  return linked.length === 0 ? {} : { linked }
}
