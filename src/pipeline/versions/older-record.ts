import { lstatSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import type { Content } from '../files/content.ts'
import { isRecorded } from '../files/is-recorded.ts'
import type { Entry } from '../model.ts'
import type { OutdatedBy } from '../reason.ts'
import type { Repository } from '../repository.ts'
import { recordHistory, type RecordVersion } from './record-versions.ts'
import { recordsIn } from './recorded-then.ts'

/** An output that differs from its record. */
export interface Suspect {
  readonly target: string
  /** The `.dvc` file or lock that records it. */
  readonly file: string
  readonly recorded: string
}

/**
 * Of outputs that lie there as another commit recorded them that commit, where HEAD has what is recorded now and nobody wrote them
 * since that came. Git is asked once for all of them.
 */
export async function outdatedBy(
  repository: Repository,
  suspects: readonly Suspect[],
): Promise<ReadonlyMap<string, OutdatedBy>> {
  const outdated = new Map<string, OutdatedBy>()
  const untouched = await untouchedOf(repository, suspects)
  if (untouched.length === 0) return outdated
  const files = [...new Set(untouched.map(({ file }) => file))]
  const { now, then } = historyOf(repository.root, files)
  for (const { content, ...suspect } of untouched) {
    const { target, file, recorded } = suspect
    const head = entryIn({ path: file, text: now.get(file) ?? '' }, target, repository.root)
    if (head?.md5 !== recorded) continue
    if (await isRecorded(repository.files, target, head)) continue
    const commit = await commitOf(repository, suspect, content, then)
    if (commit !== undefined) outdated.set(target, { commit: commit.slice(0, 7), file })
  }
  return outdated
}

/** Those that nobody wrote since their records came: of what people edit, Git's whole history is not asked for. */
async function untouchedOf(
  repository: Repository,
  suspects: readonly Suspect[],
): Promise<readonly (Suspect & { readonly content: Content })[]> {
  const untouched: (Suspect & { readonly content: Content })[] = []
  for (const suspect of suspects) {
    const content = await repository.files.content(suspect.target)
    if (content && !isWrittenSince(repository, suspect.target, content, suspect.file))
      untouched.push({ ...suspect, content })
  }
  return untouched
}

/** Nothing where Git has lost a part of it: what is not known does not stop a run. */
function historyOf(root: string, files: readonly string[]): ReturnType<typeof recordHistory> {
  try {
    return recordHistory(root, files)
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'conflict')
      return { now: new Map(), then: [] }
    throw error
  }
}

/** The commit that recorded what lies there. */
async function commitOf(
  { files, root }: Repository,
  { target, file, recorded }: Suspect,
  content: Content,
  versions: readonly RecordVersion[],
): Promise<string | undefined> {
  for (const version of versions) {
    if (version.path !== file) continue
    // a lock of many stages is read only where it may say something; records of DVC 2 have another digest
    if (!version.text.includes(content.md5) && version.text.includes('hash: md5')) continue
    const entry = entryIn(version, target, root)
    if (entry && entry.md5 !== recorded && (await isRecorded(files, target, entry)))
      return version.commit
  }
  return undefined
}

/** What a text records of an output; nothing where nobody can read it, such as the marks of a conflict. */
function entryIn(
  { path, text }: Pick<RecordVersion, 'path' | 'text'>,
  target: string,
  root: string,
): Entry | undefined {
  try {
    for (const { outs, entries } of recordsIn(text, path, root)) {
      const out = outs.find((each) => each.target === target)
      if (out) return entries.find((entry) => entry.path === out.path)
    }
    return undefined
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'pipeline_invalid') return undefined
    throw error
  }
}

/** Whether data was written after its record was: then somebody put it there, even if a commit had the same once. */
function isWrittenSince(
  { files }: Repository,
  target: string,
  { manifest }: Content,
  file: string,
): boolean {
  const top = files.absolute(target)
  const since = statSync(files.absolute(file), { throwIfNoEntry: false })?.mtimeMs ?? 0
  const writtenAt = (path: string): number =>
    lstatSync(join(top, path), { throwIfNoEntry: false })?.mtimeMs ?? 0
  return (manifest?.files ?? [{ path: '' }]).some(({ path }) => writtenAt(path) > since)
}
