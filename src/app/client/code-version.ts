import { relative } from 'node:path'
import type { RunSource } from '#contract'
import { runGit, zeros } from '../run-git.ts'
import { leftOut, uncommittedPatch } from './uncommitted.ts'

/** The version of the code around a process. */
export interface CodeVersion {
  readonly source: Pick<RunSource, 'code' | 'folder' | 'uncommitted'>
  /** What the files have beside the commit, for the files of the run. */
  readonly patch?: Uint8Array
}

/**
 * The commit, with `+dirty` where files of it differed, and what they differ in unless `keep` is false or `TIDEMILL_UNCOMMITTED` is
 * `0`; nothing outside of a repository.
 */
export async function codeVersion(keep: boolean): Promise<CodeVersion> {
  const here = process.cwd()
  const ask = async (...args: readonly string[]): Promise<string> =>
    String(await runGit(here, args)).trim()
  try {
    const [commit, folder, top] = await Promise.all([
      ask('rev-parse', 'HEAD'),
      ask('rev-parse', '--show-prefix'),
      ask('rev-parse', '--show-toplevel'),
    ])
    const made = madeByStages(top)
    const changed = await changedFiles(top, made)
    const kept =
      keep && process.env.TIDEMILL_UNCOMMITTED !== '0'
        ? await uncommittedPatch(top, changed, made).catch(() => undefined)
        : undefined
    return {
      source: {
        code: `${commit}${changed.length === 0 ? '' : '+dirty'}`,
        folder: folder.replace(/\/$/, ''),
        ...(kept === undefined ? {} : { uncommitted: kept.about }),
      },
      ...(kept?.about.digest === undefined ? {} : { patch: kept.bytes }),
    }
  } catch {
    return { source: {} }
  }
}

/** A pipeline writes its own record, dvc.lock, while it runs, and what its stages make for Git to keep. */
async function changedFiles(top: string, made: readonly string[]): Promise<readonly string[]> {
  const others = [':/', ':(exclude,top,glob)**/dvc.lock', ...made.map(leftOut)]
  const listing = ['diff', '--name-only', '-z', '--no-renames', 'HEAD', '--', ...others]
  return zeros(await runGit(top, listing))
}

/** What the pipeline says that this process is a stage of, relative to the root of the repository; it may be another one's. */
function madeByStages(top: string): readonly string[] {
  try {
    const said = JSON.parse(process.env.TIDEMILL_KEPT_OUTS ?? '[]') as readonly string[]
    return said.map((path) => relative(top, path)).filter((path) => !/^(?:\.\.|\/)/.test(path))
  } catch {
    return []
  }
}
