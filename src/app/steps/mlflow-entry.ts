import { execFile } from 'node:child_process'
import { isAbsolute } from 'node:path'
import { promisify } from 'node:util'
import type { Run } from '#contract'
import { isCommit } from './rerun-mark.ts'
import { cannotRerun } from './rerun-refusal.ts'

/** The script that made a run of MLflow's client, at the commit it was at. */
export interface MlflowEntry {
  readonly command: readonly string[]
  readonly commit: string
  /** Below the root of the repository. */
  readonly folder: string
}

/**
 * What MLflow's client wrote down of where a run comes from when it made it: the script's path and the commit. It does not write down
 * whether files differed from the commit; a run that is made again is compared, which shows what they changed.
 */
export async function mlflowEntry(workspace: string, run: Run): Promise<MlflowEntry | undefined> {
  if (run.source.script === undefined) {
    if (run.tags['mlflow.source.name'] === undefined) return undefined
    const problem =
      'its script is in tags alone, which others may have changed since: it was copied'
    throw cannotRerun(run, `${problem}, or recorded before the script was kept with the run`)
  }
  const { name, type, commit } = run.source.script
  if (type === 'NOTEBOOK') {
    throw cannotRerun(
      run,
      'it was made in a notebook, whose cells are not on record; commit them as a script',
    )
  }
  if (type !== 'LOCAL' || !name.endsWith('.py')) {
    throw cannotRerun(run, `${name} (${type}) is no Python script of a repository`)
  }
  if (commit === undefined) {
    throw cannotRerun(
      run,
      'its client recorded no commit: the script was outside of a Git repository, or GitPython was not installed beside MLflow',
    )
  }
  if (!isCommit(commit)) {
    throw cannotRerun(run, `"${commit.slice(0, 20)}" is no commit`)
  }
  const path = await pathIn(workspace, commit, name).catch(() => undefined)
  if (path === undefined) {
    throw cannotRerun(run, `${workspace} has no commit ${commit.slice(0, 12)}; fetch it first`)
  }
  if (path === '') {
    throw cannotRerun(run, `${name} is not one script of commit ${commit.slice(0, 12)}`)
  }
  const isBelow = !isAbsolute(name) && path.endsWith(name)
  const folder = isBelow ? path.slice(0, path.length - name.length).replace(/\/$/, '') : ''
  return { command: ['python3', isBelow ? name : path], commit, folder }
}

/** The file of a commit that a path meant: itself, or the only one that ends so; `''` when it is none or not the only one. */
async function pathIn(workspace: string, commit: string, name: string): Promise<string> {
  const args = ['-C', workspace, 'ls-tree', '-r', '-z', '--full-tree', '--name-only', commit]
  const { stdout } = await promisify(execFile)('git', args, { maxBuffer: 256 << 20 })
  const files = stdout.split('\0').filter((file) => file.endsWith('.py'))
  const plain = name.replace(/^\.\//, '')
  const found = isAbsolute(plain)
    ? longest(files.filter((file) => plain.endsWith(`/${file}`)))
    : files.filter((file) => file === plain)
  const ending = found.length > 0 ? found : files.filter((file) => file.endsWith(`/${plain}`))
  return ending.length === 1 ? (ending[0] ?? '') : ''
}

/** Of files that a long path ends with, the one that says most of it. */
function longest(files: readonly string[]): readonly string[] {
  return files.toSorted((a, b) => b.length - a.length).slice(0, 1)
}
