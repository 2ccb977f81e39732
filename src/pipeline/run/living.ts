import { processFacts } from './process-group.ts'

/** A process that can be told from a later one of the same number. */
export interface ProcessMark {
  readonly pid: number
  readonly startedAt?: number
}

export function ownMark(): ProcessMark {
  const startedAt = processFacts(process.pid)?.startedAt
  return { pid: process.pid, ...(startedAt === undefined ? {} : { startedAt }) }
}

/** Whether the very process that was marked still lives. */
export function isLiving({ pid, startedAt }: ProcessMark): boolean {
  const facts = processFacts(pid)
  if (facts)
    return facts.state !== 'Z' && (startedAt === undefined || facts.startedAt === startedAt)
  if (process.platform === 'linux') return false
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
