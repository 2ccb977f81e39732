import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { commitOf, type Run, type RunDifference } from '#contract'
import { readGitDiff } from '#tracking'
import { applyPatch, whyNotApplied } from '../git-patch.ts'
import type { Rooms } from '../rooms.ts'
import { isTooLong, runGit } from '../run-git.ts'
import { isCommit } from './rerun-mark.ts'
import { patchOfRun } from './uncommitted-patch.ts'

/** Past this a diff is for git itself. */
const mostDiffBytes = 4 << 20

/** The code of a run: its commit, and what its files had beside it. */
interface Code {
  readonly run: string
  readonly commit?: string
  readonly patch?: Uint8Array
  readonly digest?: string
  readonly problems: readonly string[]
}

class UnfitPatch extends Error {}

/** What of the code differs between two runs: commit and patch against commit and patch, as far as they are kept. */
export async function codeDifference(rooms: Rooms, a: Run, b: Run): Promise<RunDifference['code']> {
  const [from, to] = [commitOf(a), commitOf(b)]
  const base = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  const [before, after] = [await codeOf(rooms, a), await codeOf(rooms, b)]
  const problems = [...before.problems, ...after.problems]
  const isSame = before.commit === after.commit && before.digest === after.digest
  if (before.commit === undefined || after.commit === undefined || isSame) {
    return { ...base, files: [], ...problemOf(problems) }
  }
  try {
    const text = await diffBetween(rooms.workspace, before, after)
    return { ...base, files: [...readGitDiff(text)], ...problemOf(problems) }
  } catch (error) {
    problems.push(
      error instanceof UnfitPatch
        ? error.message
        : isTooLong(error)
          ? `the difference is longer than ${mostDiffBytes >> 20} MiB: git diff ${before.commit} ${after.commit}`
          : `the repository at ${rooms.workspace} does not have both commits`,
    )
    return { ...base, files: [], ...problemOf(problems) }
  }
}

async function codeOf(rooms: Rooms, run: Run): Promise<Code> {
  const code = commitOf(run)
  if (code === undefined)
    return { run: run.name, problems: ['a run does not say which commit it ran'] }
  const commit = code.replace(/\+dirty$/, '')
  const kept = await patchOfRun(rooms, run)
  if ('problem' in kept)
    return { run: run.name, commit, problems: [`of ${run.name} ${kept.problem}`] }
  const { patch } = kept
  const { digest, left = [] } = run.source.uncommitted ?? {}
  const problems = [
    ...(code !== commit && patch === undefined && left.length === 0
      ? ['files differed from the commit when it ran, which nobody kept']
      : []),
    ...(left.length === 0
      ? []
      : [`of ${run.name} what these files had beside the commit was not kept: ${left.join(', ')}`]),
  ]
  return {
    run: run.name,
    commit,
    problems,
    ...(patch && digest !== undefined ? { patch, digest } : {}),
  }
}

function problemOf(problems: readonly string[]): { problem?: string } {
  const text = [...new Set(problems)].join('; ')
  return text === '' ? {} : { problem: `${text.charAt(0).toUpperCase()}${text.slice(1)}.` }
}

/**
 * What Git prints between two versions of the code. Whoever may write runs has written the patches, so nothing of them comes into the
 * repository: a commit that is there may be run.
 */
async function diffBetween(workspace: string, from: Code, to: Code): Promise<string> {
  const ask = async (...args: readonly string[]): Promise<string> =>
    String(await runGit(workspace, args)).trim()
  const top = await ask('rev-parse', '--show-toplevel')
  const objects = resolve(workspace, await ask('rev-parse', '--git-path', 'objects'))
  const scratch = await mkdtemp(join(tmpdir(), 'tidemill-diff-'))
  const env = {
    GIT_OBJECT_DIRECTORY: join(scratch, 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
  }
  try {
    await mkdir(env.GIT_OBJECT_DIRECTORY)
    const trees: string[] = []
    for (const [at, code] of [from, to].entries()) {
      trees.push(await treeOf(top, code, { ...env, GIT_INDEX_FILE: join(scratch, `index${at}`) }))
    }
    const plain = ['--no-ext-diff', '--no-textconv', '--no-color', '--no-prefix']
    const form = ['--find-renames', '--submodule=short']
    const options = { env, mostBytes: mostDiffBytes }
    return (await runGit(top, ['diff', ...plain, ...form, ...trees, '--'], options)).toString(
      'utf8',
    )
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** What Git knows a version by. A run says its commit itself, so it is checked to be one before Git sees it. */
async function treeOf(
  top: string,
  { run, commit = '', patch }: Code,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  if (!isCommit(commit)) throw new Error(`${commit} is no commit.`)
  if (patch === undefined) return commit
  await runGit(top, ['read-tree', commit], { env })
  await applyPatch(top, patch, env).catch((error: unknown) => {
    throw new UnfitPatch(`of ${run} ${whyNotApplied(error, commit)}`)
  })
  return String(await runGit(top, ['write-tree'], { env })).trim()
}
