import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from '../lock-store.ts'
import type { Stage } from '../model.ts'
import type { Repository } from '../repository.ts'
import type { ResourceRecord } from './executor.ts'
import type { ProcessMark } from './living.ts'
import { stageFileName } from './stage-file-name.ts'

/** What is known of one attempt of a stage, beside its log. */
export interface AttemptRecord {
  readonly stage: string
  /** 1 for the first try of a run. */
  readonly attempt: number
  readonly startedAt: number
  /** `restored` when the log is of the run that the outputs were taken from; `running` until another comes in its place. */
  readonly outcome: 'running' | 'done' | 'failed' | 'cancelled' | 'timed out' | 'restored'
  /** Who waits for the end of one that runs: when that process is gone, nobody will note how it ended. */
  readonly runner?: ProcessMark
  readonly exitCode?: number
  readonly resources?: ResourceRecord
}

export interface StageLog {
  /** The log's file; what is not written yet comes to its end. */
  readonly file: string
  /** Absent while the attempt runs, and when whoever ran it was killed. */
  readonly record?: AttemptRecord
}

const logsKept = 20

/** A new log of a stage; old ones beyond the last twenty go. */
export function newLog(repository: Repository, stage: Stage, now: number): string {
  const folder = folderOf(repository, stage)
  mkdirSync(folder, { recursive: true })
  const old = logNames(folder)
  for (const name of old.slice(0, Math.max(0, old.length - logsKept + 1))) {
    rmSync(join(folder, name), { force: true })
    for (const beside of ['json', 'samples'])
      rmSync(join(folder, `${name}.${beside}`), { force: true })
  }
  return join(
    folder,
    `${new Date(now).toISOString().replace(/[:.]/g, '-')}-${process.hrtime.bigint() % 1_000_000n}.log`,
  )
}

export function noteAttempt(log: string, record: AttemptRecord): void {
  replaceFile(`${log}.json`, JSON.stringify(record), false)
}

/** How the attempt that a log is of ended, and what it used; nothing while it runs, and when nobody noted its end. */
export function attemptRecord(log: string): AttemptRecord | undefined {
  const noted = notedAttempt(log)
  return noted?.outcome === 'running' ? undefined : noted
}

/** What was noted of an attempt last, of one that runs too. */
export function notedAttempt(log: string): AttemptRecord | undefined {
  try {
    return JSON.parse(readFileSync(`${log}.json`, 'utf8')) as AttemptRecord
  } catch {
    return undefined
  }
}

/** The logs of a stage, the newest last. */
export function stageLogs(
  repository: Pick<Repository, 'own'>,
  stage: Pick<Stage, 'address'>,
): readonly StageLog[] {
  const folder = folderOf(repository, stage)
  return logNames(folder).map((name) => {
    const file = join(folder, name)
    const record = attemptRecord(file)
    return { file, ...(record === undefined ? {} : { record }) }
  })
}

/** Where a stage that runs is noted, so that a later run can end what a killed one left behind. */
export function stageMark(
  repository: Pick<Repository, 'own'>,
  stage: Pick<Stage, 'address'>,
): string {
  return join(repository.own, 'running', stageFileName(stage.address))
}

function folderOf(repository: Pick<Repository, 'own'>, stage: Pick<Stage, 'address'>): string {
  return join(repository.own, 'logs', stageFileName(stage.address))
}

function logNames(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .sort()
  } catch {
    return []
  }
}
