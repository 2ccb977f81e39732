import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'

/** The lock that every `dvc` takes on a repository: flock(2) on `.dvc/tmp/lock`. */
export interface DvcLock {
  /** Waits as long as DVC would (3 s). `false` when another process keeps it. */
  lock(): Promise<boolean>
  unlock(): Promise<void>
  /** Lets everything go; once it resolves another process can have the lock. */
  close(): Promise<void>
}

// Node has no flock(2). One shell holds the file open for as long as this process lives and asks flock(1) for each change: about
// 1 ms each, where a process of Node's own making takes 5. It ends, and the lock with it, when its input does, by whatever death.
const script = `trap '' INT HUP
command -v flock > /dev/null || exit 3
exec 9>> "$1"
while read -r word; do
  if [ "$word" = lock ]; then
    if flock -w 3 9; then echo yes; else echo no; fi
  else
    flock -u 9
    echo yes
  fi
done`

/** Where there is no flock(1), nothing is locked: `lock` answers yes, and DVC must not be run at the same time. */
export function openDvcLock(file: string): DvcLock {
  let helper: ChildProcess | undefined
  let answers: AsyncIterator<string> | undefined

  async function ask(word: 'lock' | 'unlock'): Promise<boolean> {
    if (!helper) {
      mkdirSync(dirname(file), { recursive: true })
      helper = spawn('sh', ['-c', script, 'sh', file], { stdio: ['pipe', 'pipe', 'ignore'] })
      // what it cannot do shows in its answer, or in that there is none
      helper.on('error', () => undefined)
      helper.stdin?.on('error', () => undefined)
      if (helper.stdout) answers = createInterface({ input: helper.stdout })[Symbol.asyncIterator]()
    }
    helper.stdin?.write(`${word}\n`)
    const answer = await answers?.next()
    return answer?.done === true || answer?.value !== 'no'
  }

  return {
    async lock() {
      if (!(await ask('lock'))) return false
      writeFileSync(file, ` ${process.pid}\n`)
      return true
    },
    async unlock() {
      await ask('unlock')
    },
    async close() {
      if (!helper) return
      await ask('unlock')
      helper.stdin?.end()
      helper = undefined
    },
  }
}

/** The process that DVC's lock names. */
export function holderOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim() || 'unknown'
  } catch {
    return 'unknown'
  }
}
