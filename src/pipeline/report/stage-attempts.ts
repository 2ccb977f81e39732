import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ownFolder, readText } from '../repository.ts'
import type { ResourceRecord } from '../run/executor.ts'
import { stageFileName } from '../run/stage-file-name.ts'

/** One attempt of a stage that ran here. */
export interface StageAttempt {
  /** Names its log among those of the stage. */
  readonly id: string
  readonly startedAt: number
  readonly exitCode?: number
  readonly cancelled?: boolean
  /** Absent while it runs, and of one that was killed. */
  readonly resources?: ResourceRecord
}

/** The attempts of a stage that are kept, newest first. */
export function stageAttempts(root: string, stage: string): readonly StageAttempt[] {
  return [...attemptsOf(root, stage)]
}

/** The newest attempt of a stage that came to a good end. */
export function lastDone(root: string, stage: string): StageAttempt | undefined {
  for (const attempt of attemptsOf(root, stage)) if (attempt.exitCode === 0) return attempt
  return undefined
}

/** Read one after another: a graph of hundreds of stages asks each for its newest alone. */
function* attemptsOf(root: string, stage: string): Generator<StageAttempt> {
  const folder = logFolder(root, stage)
  const logs = listed(folder).filter((name) => name.endsWith('.log'))
  for (const name of logs.sort().reverse())
    yield { id: name.slice(0, -4), ...recordOf(join(folder, `${name}.json`), name) }
}

/** The log of an attempt; `undefined` when there is none of that name. */
export function attemptLog(root: string, stage: string, id: string): string | undefined {
  const folder = logFolder(root, stage)
  // asked for by name: a name that leads elsewhere is none of these
  return listed(folder).includes(`${id}.log`) ? readText(join(folder, `${id}.log`)) : undefined
}

function logFolder(root: string, stage: string): string {
  return join(ownFolder(root), 'logs', stageFileName(stage))
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function recordOf(file: string, log: string): Omit<StageAttempt, 'id'> {
  try {
    const record = JSON.parse(readText(file) ?? '') as StageAttempt
    const { startedAt, exitCode, cancelled, resources } = record
    return {
      startedAt,
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(cancelled === undefined ? {} : { cancelled }),
      ...(resources === undefined ? {} : { resources }),
    }
  } catch {
    const found = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3})Z/.exec(log)
    const time = found ? Date.parse(`${found[1]}:${found[2]}:${found[3]}.${found[4]}Z`) : 0
    return { startedAt: time }
  }
}
