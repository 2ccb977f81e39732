import { execFileSync, type ExecFileSyncOptions } from 'node:child_process'
import { TidemillError } from '#contract/error'

const quiet: ExecFileSyncOptions = { maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'pipe'] }

/** Whatever people let Git print for themselves, here it prints that alone which is asked. */
const plain = ['-c', 'log.showSignature=false', '-c', 'log.showRoot=true']

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

/** When a commit was made; `undefined` for none. */
export function commitTime(root: string, rev: string): number | undefined {
  const seconds = git(root, ['show', '-s', '--format=%ct', rev, '--'])?.trim()
  return seconds ? Number(seconds) * 1000 : undefined
}

/** What a Git command answers to names that it reads, to the byte. Errors: `conflict` with what Git says when it fails. */
export function gitAnswer(
  root: string,
  args: readonly string[],
  names: readonly string[],
  end = '\n',
): Buffer {
  const input = Buffer.from(names.map((name) => `${name}${end}`).join(''))
  try {
    return execFileSync('git', ['-C', root, ...plain, ...args], {
      ...quiet,
      stdio: 'pipe',
      encoding: 'buffer',
      input,
    })
  } catch (error) {
    throw failed(root, args, error)
  }
}

/** The content of objects by their names, asked for at once; those that Git does not have are left out. */
export function gitObjects(
  root: string,
  names: readonly string[],
): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>()
  if (names.length === 0) return found
  const said = gitAnswer(root, ['cat-file', '--batch'], names)
  for (let at = 0; at < said.length;) {
    const line = said.indexOf(lineFeed, at)
    const [name = '', kind, size] = said.toString('utf8', at, line).split(' ')
    at = line + 1
    if (kind === 'missing') continue
    found.set(name, said.subarray(at, at + Number(size)))
    at += Number(size) + 1
  }
  return found
}

const lineFeed = 10

/** What a Git command prints. Errors: `conflict` with what Git says when it fails. */
export function needGit(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string {
  try {
    return run(root, args, env)
  } catch (error) {
    throw failed(root, args, error)
  }
}

function failed(root: string, args: readonly string[], error: unknown): TidemillError {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
  const command = args.filter((each, at) => each !== '-c' && args[at - 1] !== '-c')[0] ?? ''
  return new TidemillError(
    'conflict',
    { problem: `git ${command} failed in ${root}: ${said === '' ? String(error) : said}` },
    error,
  )
}

function run(root: string, args: readonly string[], env: Readonly<Record<string, string>>): string {
  return execFileSync('git', ['-C', root, ...plain, ...args], {
    ...quiet,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
}
