import { execFileSync } from 'node:child_process'

/** What a Git command prints; `undefined` when it fails. */
export function git(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string | undefined {
  try {
    return execFileSync('git', ['-C', root, ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, ...env },
    })
  } catch {
    return undefined
  }
}
