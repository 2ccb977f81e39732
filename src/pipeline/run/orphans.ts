import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { groupMembers, processFacts, signalGroup } from './process-group.ts'

/** Ends the process groups that a killed run marked: they would go on writing under the next one. */
export async function endOrphans(folder: string): Promise<void> {
  let marks: string[]
  try {
    marks = readdirSync(folder)
  } catch {
    return
  }
  for (const name of marks) {
    const file = join(folder, name)
    const { group, startedAt } = readMark(file)
    // the number of a group is not given to a new process while it has members; its leader must still be the one that was marked
    const leader = group === undefined ? undefined : processFacts(group)
    if (
      group !== undefined &&
      group > 1 &&
      (leader === undefined || leader.startedAt === startedAt)
    ) {
      for (let tries = 0; tries < 100 && groupMembers(group).length > 0; tries += 1) {
        signalGroup(group, 'SIGKILL')
        await delay(10)
      }
    }
    rmSync(file, { force: true })
  }
}

function readMark(file: string): { group?: number; startedAt?: number } {
  try {
    const mark: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof mark !== 'object' || mark === null) return {}
    return {
      ...('group' in mark && typeof mark.group === 'number' ? { group: mark.group } : {}),
      ...('startedAt' in mark && typeof mark.startedAt === 'number'
        ? { startedAt: mark.startedAt }
        : {}),
    }
  } catch {
    return {}
  }
}
