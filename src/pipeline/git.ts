import { execFileSync, type ExecFileSyncOptions } from 'node:child_process'
import { TidemillError } from '#contract/error'

const quiet: ExecFileSyncOptions = { maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'pipe'] }

/** What a Git command prints; `undefined` when it fails. */
export function git(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string | undefined {
  try {
    return run(root, args, env)
  } catch {
    return undefined
  }
}

/** What a Git command prints, to the byte; `undefined` when it fails. */
export function gitBytes(root: string, args: readonly string[]): Uint8Array | undefined {
  try {
    return execFileSync('git', ['-C', root, ...args], { ...quiet, encoding: 'buffer' })
  } catch {
    return undefined
  }
}

/** What a Git command prints. Errors: `conflict` with what Git says when it fails. */
export function needGit(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string {
  try {
    return run(root, args, env)
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    const command = args.filter((each, at) => each !== '-c' && args[at - 1] !== '-c')[0] ?? ''
    throw new TidemillError(
      'conflict',
      { problem: `git ${command} failed in ${root}: ${said === '' ? String(error) : said}` },
      error,
    )
  }
}

function run(root: string, args: readonly string[], env: Readonly<Record<string, string>>): string {
  return execFileSync('git', ['-C', root, ...args], {
    ...quiet,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
}
