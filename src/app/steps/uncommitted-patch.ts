import { hash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { uncommittedPath, type Run } from '#contract'
import { found } from '../found.ts'
import { mostUnpackedBytes, unpackedBytes } from '../git-patch.ts'
import type { Rooms } from '../rooms.ts'

/** What our own clients keep is shorter; more than this is none of theirs. */
const mostBytes = 2 << 20

const tooLarge = `the files in its patch ${uncommittedPath} come to more than ${mostUnpackedBytes >> 20} MiB when they are unpacked, and it is not applied; look at it with: git apply --stat`

/** What the code of a run had beside its commit, or why that is not known. */
export type PatchOfRun = { readonly patch?: Uint8Array } | { readonly problem: string }

/**
 * The patch that a run was recorded with. Whoever may write files of the run may have put another in its place since: the digest that
 * was said when the run was recorded decides.
 */
export async function patchOfRun(
  { tracking }: Pick<Rooms, 'tracking'>,
  { id, source }: Pick<Run, 'id' | 'source'>,
): Promise<PatchOfRun> {
  const digest = source.uncommitted?.digest
  if (digest === undefined) return {}
  const file = await tracking.findArtifact(id, uncommittedPath)
  if (file === undefined) return { problem: `its patch ${uncommittedPath} is not among its files` }
  const another = {
    problem: `the file ${uncommittedPath} is not the patch that it was recorded with`,
  }
  if (file.digest !== digest || file.size > mostBytes) return another
  const bytes = await found(tracking.artifact(id, uncommittedPath)).then(
    (stream) => stream && buffer(stream),
  )
  if (!bytes) return { problem: `the bytes of ${uncommittedPath} are gone` }
  // It may have been replaced since it was looked for.
  if (`sha256:${hash('sha256', bytes, 'hex')}` !== digest) return another
  return unpackedBytes(bytes) > mostUnpackedBytes ? { problem: tooLarge } : { patch: bytes }
}

/** Whether files of the commit differed when the run was made. */
export function isDirty({ source }: Pick<Run, 'source'>): boolean {
  return source.code?.endsWith('+dirty') ?? false
}

/** The patch of a run that may be applied where code runs: one that an admin alone recorded, as it was. */
export async function patchToRun(
  rooms: Pick<Rooms, 'tracking'>,
  run: Run,
  trust: 'stages' | 'commands',
): Promise<PatchOfRun> {
  const { uncommitted } = run.source
  if (uncommitted?.digest === undefined) {
    return isDirty(run) ? { problem: notOnRecord(uncommitted?.left ?? []) } : {}
  }
  if (!uncommitted.whole) return { problem: notOnRecord(uncommitted.left) }
  if (trust === 'commands') return patchOfRun(rooms, run)
  // New files alone are what nobody knew of before they were kept: the commit stands for the run.
  if (!isDirty(run)) return {}
  return { problem: 'its patch is code like any other, and was not recorded by an admin alone' }
}

function notOnRecord(left: readonly string[]): string {
  const names = left.slice(0, 3).join(', ')
  return `${names === '' ? 'files' : names} differed from the commit and were not kept, so that what it ran is not on record`
}
