import { statSync, type Stats } from 'node:fs'
import { setImmediate as breathe } from 'node:timers/promises'
import type { FileStamp } from './hash-file.ts'
import type { SharedWork } from './ask-worker.ts'
import type { Threads } from './threads.ts'

/** So many a thread looks at before it looks for more. */
const portion = 500
const fields = 5
/** What lies at a path; `failed` where an error was the answer. */
const kinds = ['nothing', 'file', 'other', 'failed'] as const
type Kind = (typeof kinds)[number]

/** What lies at paths, by their place in the list that was asked for. */
export interface FoundEntries {
  kind(at: number): Kind
  stamp(at: number): FileStamp
}

/** Paths below a folder that several threads look at. */
export interface StatTask extends SharedWork {
  readonly top: string
  /** Paths with NUL between them, which no path has. */
  readonly portions: readonly string[]
  /** Shared: what was found of each path, in their order. */
  readonly found: Float64Array
}

/** Looks at the entries of files, links followed, with the threads that there are. */
export async function statMany(
  top: string,
  paths: readonly string[],
  threads: Threads,
): Promise<FoundEntries> {
  const found = new Float64Array(new SharedArrayBuffer(paths.length * fields * 8))
  const next = new Int32Array(new SharedArrayBuffer(4))
  const task: StatTask = { top, portions: portionsOf(paths), next, found }
  await threads.share('stat', task, statPortions)
  return {
    kind: (at) => kinds[found[at * fields] ?? 0] ?? 'failed',
    stamp(at) {
      const of = (field: number): number => found[at * fields + field] ?? 0
      return { ino: of(1), size: of(2), mtimeMs: of(3), ctimeMs: of(4) }
    },
  }
}

function portionsOf(paths: readonly string[]): readonly string[] {
  const portions: string[] = []
  for (let start = 0; start < paths.length; start += portion)
    portions.push(paths.slice(start, start + portion).join('\0'))
  return portions
}

/** Takes portions until there are none, and gives the thread away now and then. */
export async function statPortions({ top, portions, next, found }: StatTask): Promise<void> {
  let slice = Date.now()
  for (;;) {
    const at = Atomics.add(next, 0, 1)
    const paths = portions[at]?.split('\0')
    if (!paths) return
    for (const [index, path] of paths.entries())
      write(found, (at * portion + index) * fields, `${top}/${path}`)
    if (Date.now() - slice < 40) continue
    await breathe()
    slice = Date.now()
  }
}

function write(found: Float64Array, at: number, path: string): void {
  const stats = lookAt(path)
  found[at] = kinds.indexOf(kindOf(stats))
  if (!stats || stats === 'failed') return
  found[at + 1] = stats.ino
  found[at + 2] = stats.size
  found[at + 3] = stats.mtimeMs
  found[at + 4] = stats.ctimeMs
}

function lookAt(path: string): Stats | 'failed' | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return 'failed'
  }
}

function kindOf(stats: Stats | 'failed' | undefined): Kind {
  if (!stats) return 'nothing'
  if (stats === 'failed') return 'failed'
  return stats.isFile() ? 'file' : 'other'
}
