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
    const fields = statFields(pid)
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

/** What the living processes of a group use, those included that ended and were waited for in the CPU time. */
export interface GroupUse {
  readonly cpuSeconds: number
  readonly rssBytes: number
  /** What each of them held at most, added up. */
  readonly peakRssBytes: number
}

/** Of /proc: a hundred ticks a second on every Linux there is. */
const ticksPerSecond = 100

export function groupUse(group: number): GroupUse {
  let [ticks, rssBytes, peakRssBytes] = [0, 0, 0]
  for (const pid of groupMembers(group)) {
    try {
      ticks += sum(statFields(pid).slice(11, 15))
      const status = readFileSync(`/proc/${pid}/status`, 'utf8')
      rssBytes += bytesIn(status, 'VmRSS')
      peakRssBytes += bytesIn(status, 'VmHWM')
    } catch {
      // it ended between two looks
    }
  }
  return { cpuSeconds: ticks / ticksPerSecond, rssBytes, peakRssBytes }
}

/** Of a process, from its state on: the name before it stands in brackets and may hold anything, brackets too. */
function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function bytesIn(status: string, key: string): number {
  return Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) * 1024
}

function sum(numbers: readonly string[]): number {
  return numbers.reduce((total, each) => total + Number(each), 0)
}
