import { execFileSync } from 'node:child_process'
import { TidemillError } from '#contract/error'

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

/** What a Git command prints, for a caller to whom no answer is not the same as an empty one. Errors: `conflict` with Git's words. */
export function gitAnswer(root: string, args: readonly string[]): string {
  try {
    return run(root, args)
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    const problem = `git ${args[0]} does not answer in ${root}: ${said === '' ? String(error) : said}`
    throw new TidemillError('conflict', { problem }, error)
  }
}

function run(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string {
  return execFileSync('git', ['-C', root, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
}
