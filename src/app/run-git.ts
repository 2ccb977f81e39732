import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface GitOptions {
  readonly env?: Readonly<Record<string, string>>
  /** What it reads from its standard input. */
  readonly input?: Uint8Array
  readonly mostBytes?: number
  /** What it may keep in memory, where the system holds programs to that. */
  readonly mostMemoryBytes?: number
}

/** A repository that takes longer is not waited for. */
const patienceMs = 60_000

/** What a Git command prints, to the byte; it takes none of the locks that the user's own commands wait for. */
export async function runGit(
  folder: string,
  args: readonly string[],
  { env = {}, input, mostBytes = 64 << 20, mostMemoryBytes }: GitOptions = {},
): Promise<Buffer> {
  const inFolder = ['-C', folder, ...args]
  // Where programs are held to less already, it cannot be raised, and need not be.
  const held = 'ulimit -d "$0" 2>/dev/null; exec git "$@"'
  const bounded = ['-c', held, `${(mostMemoryBytes ?? 0) >> 10}`]
  const isBounded = mostMemoryBytes !== undefined
  const command = isBounded ? [...bounded, ...inFolder] : inFolder
  const asked = promisify(execFile)(isBounded ? 'sh' : 'git', command, {
    encoding: 'buffer',
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', ...env },
    maxBuffer: mostBytes,
    timeout: patienceMs,
  })
  // A command that ends before it has read all says why itself.
  asked.child.stdin?.on('error', () => undefined).end(input)
  return (await asked).stdout
}

/** Whether a Git command failed because it printed more than was asked for. */
export function isTooLong(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'
}

/** What a Git command that failed said of it. */
export function saidByGit(error: unknown): string {
  return error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
}

/** Texts that Git ends with a zero byte. */
export function zeros(bytes: Buffer): readonly string[] {
  return bytes.toString('utf8').split('\0').filter(Boolean)
}
