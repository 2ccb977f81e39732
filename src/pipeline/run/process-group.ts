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

/** The memory that the living processes of a group have held at most, each. */
export function groupMemory(group: number): number {
  let bytes = 0
  for (const pid of groupMembers(group)) {
    try {
      const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
      bytes += Number(peak?.[1] ?? 0) * 1024
    } catch {
      // it ended between two looks
    }
  }
  return bytes
}
