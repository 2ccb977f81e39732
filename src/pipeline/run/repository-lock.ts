import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { TidemillError } from '#contract'
import type { Repository } from '../repository.ts'
import { groupMembers, processFacts, signalGroup } from './process-group.ts'

/**
 * Runs `work` while no other process, nor another call in this one, changes the repository. The operating system holds the lock
 * (through SQLite, which Node has and which guards its file against this process too), so that it ends with its process however that
 * ends. What a killed run left running is ended first. Errors: `pipeline_locked`.
 */
export async function withRepositoryLock<T>(
  repository: Repository,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(repository.own, { recursive: true })
  const holder = join(repository.own, 'holder')
  const database = new DatabaseSync(join(repository.own, 'lock.db'))
  try {
    try {
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    } catch (error) {
      const pid = readFileSync(holder, { encoding: 'utf8', flag: 'a+' }).trim() || 'unknown'
      throw new TidemillError('pipeline_locked', { path: repository.root, pid }, error)
    }
    writeFileSync(holder, String(process.pid))
    await endOrphans(join(repository.own, 'running'))
    rmSync(join(repository.own, 'scratch'), { recursive: true, force: true })
    try {
      return await work()
    } finally {
      repository.state.save()
      rmSync(holder, { force: true })
    }
  } finally {
    database.close()
  }
}

/** Ends the process groups that a killed run marked: they would go on writing under the next one. */
async function endOrphans(folder: string): Promise<void> {
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
