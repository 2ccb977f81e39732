import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readEnd, type FileEnd } from '../files/file-end.ts'
import { ownFolder } from '../repository.ts'
import type { ResourceRecord } from '../run/executor.ts'
import { isLiving } from '../run/living.ts'
import { readSamples } from '../run/resource-samples.ts'
import { stageFileName } from '../run/stage-file-name.ts'
import { notedAttempt, type AttemptRecord } from '../run/stage-logs.ts'

/** `killed` when whoever ran it was gone before it ended. */
export type AttemptState = AttemptRecord['outcome'] | 'killed'

/** One attempt of a stage that ran here. */
export interface StageAttempt {
  /** Names its log among those of the stage. */
  readonly id: string
  readonly state: AttemptState
  readonly startedAt: number
  readonly exitCode?: number
  /** Absent while it runs, and of one that was killed; of one that was restored what the run used that it came from. */
  readonly resources?: ResourceRecord
}

/** What an attempt used at a moment. */
export interface AttemptUse {
  /** Since it began. */
  readonly seconds: number
  /** Busy since the moment before, on the average. */
  readonly cores: number
  readonly rssBytes: number
}

/** The attempts of a stage that are kept, newest first. */
export function stageAttempts(root: string, stage: string): readonly StageAttempt[] {
  return [...attemptsOf(root, stage)]
}

/** The newest attempt of a stage. */
export function lastAttempt(root: string, stage: string): StageAttempt | undefined {
  for (const attempt of attemptsOf(root, stage)) return attempt
  return undefined
}

/** The newest attempt of a stage that came to a good end. */
export function lastDone(root: string, stage: string): StageAttempt | undefined {
  for (const attempt of attemptsOf(root, stage)) if (attempt.state === 'done') return attempt
  return undefined
}

/** Read one after another: a graph of hundreds of stages asks each for its newest alone. */
function* attemptsOf(root: string, stage: string): Generator<StageAttempt> {
  const folder = logFolder(root, stage)
  const logs = listed(folder).filter((name) => name.endsWith('.log'))
  for (const name of logs.sort().reverse()) yield attemptOf(join(folder, name), name)
}

/** The end of an attempt's log, at most so many bytes; `undefined` when there is none of that name. */
export function attemptLog(
  root: string,
  stage: string,
  id: string,
  most: number,
): FileEnd | undefined {
  const file = logOf(root, stage, id)
  return file === undefined ? undefined : readEnd(file, most)
}

/** What an attempt used while it ran, as far as somebody looked; `undefined` when there is none of that name. */
export function attemptUse(
  root: string,
  stage: string,
  id: string,
): readonly AttemptUse[] | undefined {
  const file = logOf(root, stage, id)
  if (file === undefined) return undefined
  const samples = readSamples(file)
  return samples.map(({ seconds, cpuSeconds, rssBytes }, at) => {
    const before = samples[at - 1] ?? { seconds: 0, cpuSeconds: 0 }
    // what ended without being waited for takes its time with it
    const busy = Math.max(0, cpuSeconds - before.cpuSeconds)
    return { seconds, cores: busy / (seconds - before.seconds), rssBytes }
  })
}

/** How an attempt stands; `undefined` when there is none of that name. */
export function attemptState(root: string, stage: string, id: string): AttemptState | undefined {
  const file = logOf(root, stage, id)
  return file === undefined ? undefined : stateOf(notedAttempt(file))
}

/** Asked for by name: a name that leads elsewhere is none of these. */
function logOf(root: string, stage: string, id: string): string | undefined {
  const folder = logFolder(root, stage)
  return listed(folder).includes(`${id}.log`) ? join(folder, `${id}.log`) : undefined
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

function attemptOf(file: string, name: string): StageAttempt {
  const noted = notedAttempt(file)
  const { exitCode, resources } = noted ?? {}
  return {
    id: name.slice(0, -'.log'.length),
    state: stateOf(noted),
    startedAt: noted?.startedAt ?? timeIn(name),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(resources === undefined ? {} : { resources }),
  }
}

function stateOf(noted: AttemptRecord | undefined): AttemptState {
  if (noted?.outcome !== 'running') return noted?.outcome ?? 'killed'
  return noted.runner && isLiving(noted.runner) ? 'running' : 'killed'
}

/** When a log was begun, by its name. */
function timeIn(name: string): number {
  const found = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3})Z/.exec(name)
  return found ? Date.parse(`${found[1]}:${found[2]}:${found[3]}.${found[4]}Z`) : 0
}
