import { execFile } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { TidemillError } from '#contract'
import { checkout, findRepository, loadPipeline, openOwnTree } from '#pipeline'
import { applyPatch, whyNotApplied } from '../git-patch.ts'
import type { Rooms } from '../rooms.ts'
import type { RerunPlan } from './rerun-plan.ts'
import { cannotRerun } from './rerun-refusal.ts'

interface Tree {
  /** The root of Git's work tree. */
  readonly top: string
  /** What the workspace is in it. */
  readonly place: string
  close(): Promise<void>
}

/** Brings a work tree to what it is to be beside its commit. */
type Finish = (top: string) => Promise<void>

/** Works in a work tree of the plan's commit with the data of that commit, or in the workspace where no commit is needed. */
export async function inTree(
  rooms: Rooms,
  plan: RerunPlan,
  work: (place: string) => Promise<void>,
): Promise<void> {
  if (plan.commit === undefined) return work(rooms.workspace)
  const tree = await openTree(rooms.workspace, plan.commit, (top) => bringPatch(top, plan))
  try {
    await work(plan.folder === '' ? tree.place : await folderIn(tree.top, plan))
  } finally {
    await tree.close()
  }
}

async function openTree(workspace: string, commit: string, finish: Finish): Promise<Tree> {
  const git = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)('git', ['-C', workspace, ...args])).stdout.trim()
  const top = await git('rev-parse', '--show-toplevel')
  const root = findRepository(workspace)
  if (root !== undefined && isWithin(top, await realpath(root))) {
    return openDataTree(root, workspace, commit, finish)
  }
  const prefix = await git('rev-parse', '--show-prefix')
  const tree = await mkdtemp(join(tmpdir(), 'tidemill-rerun-'))
  const close = async (): Promise<void> => {
    await git('worktree', 'remove', '--force', tree).catch(() => undefined)
    await rm(tree, { recursive: true, force: true })
    await git('worktree', 'prune').catch(() => undefined)
  }
  try {
    // What people have a checkout do is not for a tree that nobody sees.
    const noHooks = ['-c', 'core.hooksPath=/dev/null']
    await git(...noHooks, 'worktree', 'add', '--detach', '--quiet', tree, commit)
    await finish(tree)
    return { top: tree, place: join(tree, prefix), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** One that gc and the next command know of, with the files under DVC's words from the user's cache, by digest. */
async function openDataTree(
  root: string,
  workspace: string,
  commit: string,
  finish: Finish,
): Promise<Tree> {
  const own = await openOwnTree(root, commit)
  const close = (): Promise<void> => Promise.resolve(own.close())
  try {
    const asked = ['-C', own.place, 'rev-parse', '--show-toplevel']
    const top = (await promisify(execFile)('git', asked)).stdout.trim()
    await finish(top)
    const { missing } = await checkout(loadPipeline(own.place))
    if (missing.length > 0) {
      const problem = `The data ${missing.slice(0, 3).join(', ')} of that commit is not in the cache; bring it with: tidemill fetch.`
      throw new TidemillError('conflict', { problem })
    }
    const place = join(own.place, relative(root, resolve(workspace)))
    return { top, place, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Brings what was not committed into a work tree; Git lets a patch write neither outside of it nor into its own folder. */
async function bringPatch(top: string, { patch, run, commit = '' }: RerunPlan): Promise<void> {
  if (patch === undefined) return
  await applyPatch(top, patch).catch((error: unknown) => {
    throw cannotRerun(run, whyNotApplied(error, commit))
  })
}

/** The folder that a run names, wherever links in its commit lead. */
async function folderIn(tree: string, { folder, run }: RerunPlan): Promise<string> {
  const [top, place] = await Promise.all([realpath(tree), realpath(join(tree, folder))])
  if (isWithin(top, place)) return place
  const problem = `The folder ${folder} of the run ${run.id} leads out of its repository.`
  throw new TidemillError('conflict', { problem })
}

function isWithin(top: string, place: string): boolean {
  return place === top || place.startsWith(top + sep)
}
