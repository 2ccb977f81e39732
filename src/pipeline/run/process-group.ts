import { readdirSync, readFileSync } from 'node:fs'

/** What /proc says of a process. */
export interface ProcessFacts {
  readonly group: number
  readonly state: string
  /** Since the machine started, in ticks: with the pid it names a process for good. */
  readonly startedAt: number
}

export function processFacts(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // the name in brackets may hold anything, brackets too
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', group: Number(fields[2]), startedAt: Number(fields[19]) }
  } catch {
    return undefined
  }
}

/** The living processes of a group. */
export function groupMembers(group: number): number[] {
  try {
    return readdirSync('/proc').flatMap((name) => {
      const pid = Number(name)
      if (!Number.isInteger(pid)) return []
      const facts = processFacts(pid)
      return facts?.group === group && facts.state !== 'Z' ? [pid] : []
    })
  } catch {
    return []
  }
}

/** Sends a signal to every process of a group; false when there is none left. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal)
    return true
  } catch {
    return false
  }
}

/** Peak memory and bytes read and written of the processes of a group, as far as they can be read now. */
export function groupUsage(group: number): {
  peakRss: number
  read: number
  written: number
  pids: Map<number, { read: number; written: number }>
} {
  const pids = new Map<number, { read: number; written: number }>()
  let peakRss = 0
  for (const pid of groupMembers(group)) {
    try {
      const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
      peakRss += Number(peak?.[1] ?? 0) * 1024
      const io = readFileSync(`/proc/${pid}/io`, 'utf8')
      pids.set(pid, {
        read: Number(/rchar: (\d+)/.exec(io)?.[1] ?? 0),
        written: Number(/wchar: (\d+)/.exec(io)?.[1] ?? 0),
      })
    } catch {
      // it ended between two looks
    }
  }
  const sum = (key: 'read' | 'written') =>
    [...pids.values()].reduce((total, one) => total + one[key], 0)
  return { peakRss, read: sum('read'), written: sum('written'), pids }
}
