import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { replaceFile } from '../lock-store.ts'
import { readText, type Repository } from '../repository.ts'
import type { ResourceRecord } from './executor.ts'

/** What a stage took once: when it ended, and what it used. */
export interface PastRun extends ResourceRecord {
  readonly stage: string
  readonly at: number
}

/** The last runs of each stage that ended well, by this clone. */
export interface RunHistory {
  /** The newest last. */
  of(stage: string): readonly PastRun[]
  add(run: PastRun): void
}

const keptPerStage = 20

export function historyFile(repository: Pick<Repository, 'own'>): string {
  return join(repository.own, 'history')
}

/** One line a run, added to the end of the file, so that noting one costs the same whatever there is. A line cut short is passed over. */
export function openHistory(file: string): RunHistory {
  let runs: Map<string, PastRun[]> | undefined
  const all = (): Map<string, PastRun[]> => (runs ??= read(file))
  return {
    of: (stage) => all().get(stage) ?? [],
    add(run) {
      mkdirSync(dirname(file), { recursive: true })
      appendFileSync(file, `${JSON.stringify(run)}\n`)
      if (runs) keep(runs, run)
    },
  }
}

function read(file: string): Map<string, PastRun[]> {
  const runs = new Map<string, PastRun[]>()
  const lines = (readText(file) ?? '').split('\n').filter((line) => line !== '')
  for (const line of lines) {
    try {
      keep(runs, JSON.parse(line) as PastRun)
    } catch {
      // the last line of a killed run
    }
  }
  const kept = [...runs.values()].flat()
  if (lines.length > 1000 && lines.length > 2 * kept.length)
    replaceFile(file, kept.map((run) => `${JSON.stringify(run)}\n`).join(''))
  return runs
}

function keep(runs: Map<string, PastRun[]>, run: PastRun): void {
  const list = runs.get(run.stage)
  if (!list) runs.set(run.stage, [run])
  else if (list.push(run) > keptPerStage) list.shift()
}
