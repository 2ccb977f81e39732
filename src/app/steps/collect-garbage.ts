import type { GarbageReport } from '#contract'
import { usedByVersions } from '#registry'
import type { Purgeable } from '#tracking'
import type { Rooms } from '../rooms.ts'
import { objectsOf, referencedObjects } from './referenced-objects.ts'

export interface GarbageRequest {
  /** Only what was removed at least so long ago. */
  readonly olderThanMs?: number
  /** Only of these experiments, by identifier. */
  readonly experiments?: readonly string[]
  /** Only these runs. */
  readonly runs?: readonly string[]
  /** Says what would go and removes nothing. */
  readonly dry: boolean
  readonly onProgress?: (done: number, total: number, message: string) => void
}

/** Longer than anything here takes from storing bytes to recording them. */
const graceMs = 10 * 60_000

/**
 * Ends what was removed: rows first, then the objects that nothing names any more: all of them, or, of some runs, theirs. Cut short at any point it has done less, and the
 * next time goes on: an object is never gone while a row names it.
 */
export async function collectGarbage(
  rooms: Rooms,
  { olderThanMs = 0, experiments, runs, dry, onProgress = () => undefined }: GarbageRequest,
): Promise<GarbageReport> {
  const { tracking, metadata, clock } = rooms
  const until = clock.now() - olderThanMs
  const found = await tracking.purgeable({
    until,
    keep: await usedByVersions(metadata),
    ...(experiments === undefined ? {} : { experiments }),
    ...(runs === undefined ? {} : { runs }),
  })
  const total = found.runs.length
  const going = await goingOwners(rooms, found)
  // Who ends some of what was removed frees what was theirs, and leaves the bytes of others alone.
  const isPart = experiments !== undefined || runs !== undefined
  const only = isPart ? await objectsOf(metadata, going) : undefined
  if (!dry) {
    await tracking.purge(found, until, usedByVersions, (done) =>
      onProgress(done, total, `${done} runs`),
    )
  }
  onProgress(total, total, 'looking for unused objects')
  const { freed, waiting } = await sweepObjects(rooms, {
    ...{ dry, without: going },
    ...(only === undefined ? {} : { only }),
  })
  return {
    dry,
    runs: found.runs.length,
    models: found.models.length,
    experiments: found.experiments.map(({ name }) => name),
    ...freed,
    waiting,
    kept: [...found.kept],
  }
}

interface Sweep {
  readonly freed: { readonly objects: number; readonly bytes: number }
  readonly waiting: { readonly objects: number; readonly bytes: number }
}

/**
 * Removes the objects that nothing on record names, all or those of `only`; dry, it counts what would go if the files of `without`
 * were gone.
 */
export async function sweepObjects(
  { metadata, objects, clock }: Rooms,
  {
    dry,
    without,
    only,
  }: {
    readonly dry: boolean
    readonly without: ReadonlySet<string>
    readonly only?: ReadonlySet<string>
  },
): Promise<Sweep> {
  const used = await referencedObjects(metadata, dry ? without : new Set())
  const since = clock.now() - graceMs
  const freed = { objects: 0, bytes: 0 }
  const waiting = { objects: 0, bytes: 0 }
  for await (const { digest, size, storedAt } of objects.list()) {
    if (used.has(digest) || only?.has(digest) === false) continue
    const isOld = dry ? storedAt < since : await objects.deleteUnlessStoredSince(digest, since)
    const sum = isOld ? freed : waiting
    sum.objects++
    sum.bytes += size
  }
  return { freed, waiting }
}

/** Whose files would go: runs, logged models, and the traces of experiments that end. */
async function goingOwners(rooms: Rooms, found: Purgeable): Promise<ReadonlySet<string>> {
  const owners = new Set([...found.runs, ...found.models])
  for (const { id } of found.experiments) {
    for (const trace of await rooms.tracking.traceIdsOf(id)) owners.add(trace)
  }
  return owners
}
