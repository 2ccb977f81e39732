import { execFile } from 'node:child_process'
import { basename, relative } from 'node:path'
import { promisify } from 'node:util'
import type { RunSource } from '#contract'

let declared: readonly string[] | undefined

/** Says how this process was called, where its own arguments no longer show it: a script that `tidemill exec` runs sees only its own. */
export function declareCommand(command: readonly string[]): void {
  declared = command
}

/** What can be known of where a run of this process comes from: commit, command, environment. */
export async function codeSource(): Promise<RunSource> {
  const [code, folder] = await Promise.all([gitRevision(), gitFolder()])
  return {
    entry: process.argv.slice(1).join(' '),
    command: [...(declared ?? commandOf(process.argv, process.execArgv))],
    environment: { node: process.version, platform: `${process.platform} ${process.arch}` },
    ...(code === undefined ? {} : { code }),
    ...(folder === undefined ? {} : { folder }),
  }
}

/** What a run that is made again is marked with. */
export function rerunTags(): Readonly<Record<string, string>> {
  const of = process.env.TIDEMILL_RERUN_OF
  return of ? { 'tidemill.rerunOf': of } : {}
}

/** What ties a run to the attempt of the stage that it is made in. */
export function attemptTags(): Readonly<Record<string, string>> {
  const attempt = process.env.TIDEMILL_ATTEMPT
  return attempt ? { 'tidemill.attempt': attempt } : {}
}

/** The command of a process, such that it can be called again in another copy of its folder. */
export function commandOf(
  [program = 'node', script = '', ...args]: readonly string[],
  options: readonly string[],
): readonly string[] {
  if (/[/\\](?:src|dist)[/\\]cli[/\\]main\.[jt]s$/.test(script)) return ['tidemill', ...args]
  const own = script.startsWith('/') ? relative(process.cwd(), script) : script
  const name = basename(program)
  return [name === 'node' || name === 'node.exe' ? 'node' : program, ...options, own, ...args]
}

/** The commit, with `+dirty` where files differed from it; undefined outside of a repository. */
async function gitRevision(): Promise<string | undefined> {
  const git = promisify(execFile)
  try {
    const { stdout: commit } = await git('git', ['rev-parse', 'HEAD'])
    // A pipeline writes its own record, dvc.lock, while it runs.
    const { stdout: changes } = await git('git', [
      ...[
        'status',
        '--porcelain',
        '--untracked-files=no',
        '--',
        ':/',
        ':(exclude,top,glob)**/dvc.lock',
      ],
    ])
    return `${commit.trim()}${changes.trim() === '' ? '' : '+dirty'}`
  } catch {
    return undefined
  }
}

async function gitFolder(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', '--show-prefix'])
    return stdout.trim().replace(/\/$/, '')
  } catch {
    return undefined
  }
}
