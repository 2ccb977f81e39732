import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { git, gitAnswer } from '../../git.ts'
import { replaceFile } from '../../lock-store.ts'
import { ownFolder, readText } from '../../repository.ts'
import { isLiving, type ProcessMark } from '../../run/living.ts'
import type { QueuedRun } from './queued-run.ts'

export type QueueState = 'queued' | 'running' | 'done' | 'failed' | 'killed'

/** An experiment that waits, is at work, or has ended. */
export interface QueuedExperiment extends QueuedRun {
  /** In the order of queueing. */
  readonly id: string
  readonly name: string
  readonly state: QueueState
  /** The commit it starts from. */
  readonly baseline: string
  /** A commit of the work tree as it was when it was queued. */
  readonly files: string
  readonly set: readonly string[]
  readonly copyPaths?: readonly string[]
  /** The folder that targets, params files and paths are meant from, from the root; the root unless given. */
  readonly folder?: string
  readonly message?: string
  readonly queuedAt: number
  readonly startedAt?: number
  readonly endedAt?: number
  readonly worker?: ProcessMark
  /** How often its worker died under it. */
  readonly deaths: number
  /** The commit that keeps what came of it; while it runs, once that is made, whether it has its name yet or not. */
  readonly rev?: string
  readonly error?: string
}

/** The queue of a repository. */
export interface ExperimentQueue {
  add(
    experiments: readonly Omit<QueuedExperiment, 'id' | 'state' | 'queuedAt' | 'deaths'>[],
  ): readonly QueuedExperiment[]
  /** In the order of queueing. */
  list(): readonly QueuedExperiment[]
  /** The first that waits, taken by this worker. */
  take(worker: ProcessMark): QueuedExperiment | undefined
  /** Notes the commit of what came of one that runs: what is left then is to name it and to end. */
  note(experiment: QueuedExperiment, rev: string): void
  end(
    experiment: QueuedExperiment,
    how: Pick<QueuedExperiment, 'rev' | 'error'> & { readonly state: 'done' | 'failed' | 'killed' },
  ): void
  /** What a worker gives up goes back, as if it had not been taken. */
  giveBack(experiment: QueuedExperiment): void
  /** What a dead worker had goes back, or, when workers died of it three times, has failed. */
  recover(): readonly QueuedExperiment[]
  remove(experiment: QueuedExperiment): void
  /** Asks the worker to end one that is at work. */
  kill(experiment: QueuedExperiment): void
  killAsked(experiment: QueuedExperiment): boolean
  /** Asks the worker to take nothing more. */
  stop(asked: boolean): void
  stopAsked(): boolean
  logFile(experiment: Pick<QueuedExperiment, 'id'>): string
}

const deathsAllowed = 3

export function queueFolder(root: string): string {
  return join(ownFolder(root), 'queue')
}

/** Keeps the files of what waits from Git's own cleaning up. */
export function queueRef(id: string): string {
  return `refs/tidemill/queue/${id}`
}

/** A file an experiment, replaced as a whole at each change: a death at any point leaves the old state or the new one. */
export function openQueue(root: string): ExperimentQueue {
  const top = queueFolder(root)
  const entries = join(top, 'entries')
  const fileOf = (id: string): string => join(entries, `${id}.json`)
  const stopFile = join(top, 'stop')
  const killFile = (id: string): string => join(top, 'kill', id)

  function write(experiment: QueuedExperiment): void {
    mkdirSync(entries, { recursive: true })
    replaceFile(fileOf(experiment.id), JSON.stringify(experiment))
  }

  const list = (): readonly QueuedExperiment[] =>
    namesIn(entries).flatMap((name) => readExperiment(join(entries, name)) ?? [])

  return {
    list,
    add(experiments) {
      const made = experiments.map((experiment): QueuedExperiment => {
        const queuedAt = Date.now()
        const id = `${String(queuedAt).padStart(14, '0')}-${String(process.hrtime.bigint()).padStart(20, '0')}-${randomBytes(2).toString('hex')}`
        return { ...experiment, id, state: 'queued', queuedAt, deaths: 0 }
      })
      const refs = made.map(({ id, files }) => `create ${queueRef(id)} ${files}`)
      gitAnswer(root, ['update-ref', '--stdin'], refs)
      for (const each of made) write(each)
      return made
    },
    take(worker) {
      const next = list().find(({ state }) => state === 'queued')
      if (!next) return undefined
      const taken: QueuedExperiment = { ...next, state: 'running', worker, startedAt: Date.now() }
      write(taken)
      return taken
    },
    note(experiment, rev) {
      write({ ...experiment, rev })
    },
    end({ rev: _noted, ...experiment }, how) {
      write({ ...experiment, ...how, endedAt: Date.now() })
      git(root, ['update-ref', '-d', queueRef(experiment.id)])
      rmSync(killFile(experiment.id), { force: true })
    },
    giveBack({ id }) {
      // as it is now: the commit that was noted goes back with it
      const noted = readExperiment(fileOf(id))
      if (noted) write(waiting(noted))
    },
    recover() {
      const lost = list().filter(
        ({ state, worker }) => state === 'running' && !(worker && isLiving(worker)),
      )
      for (const experiment of lost) {
        const deaths = experiment.deaths + 1
        if (deaths < deathsAllowed || experiment.rev !== undefined) {
          write({ ...waiting(experiment), deaths })
        } else {
          const error = `Its worker died ${deaths} times while it ran.`
          write({ ...experiment, state: 'failed', deaths, error, endedAt: Date.now() })
        }
      }
      return lost
    },
    remove(experiment) {
      git(root, ['update-ref', '-d', queueRef(experiment.id)])
      rmSync(fileOf(experiment.id), { force: true })
      rmSync(join(top, 'logs', `${experiment.id}.log`), { force: true })
    },
    kill(experiment) {
      mkdirSync(join(top, 'kill'), { recursive: true })
      writeFileSync(killFile(experiment.id), '')
    },
    killAsked: (experiment) => existsSync(killFile(experiment.id)),
    stop(asked) {
      mkdirSync(top, { recursive: true })
      if (asked) writeFileSync(stopFile, '')
      else rmSync(stopFile, { force: true })
    },
    stopAsked: () => existsSync(stopFile),
    logFile: ({ id }) => join(top, 'logs', `${id}.log`),
  }
}

function waiting(experiment: QueuedExperiment): QueuedExperiment {
  const { worker: _worker, startedAt: _startedAt, ...rest } = experiment
  return { ...rest, state: 'queued' }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
  } catch {
    return []
  }
}

function readExperiment(file: string): QueuedExperiment | undefined {
  try {
    return JSON.parse(readText(file) ?? '') as QueuedExperiment
  } catch {
    return undefined
  }
}
