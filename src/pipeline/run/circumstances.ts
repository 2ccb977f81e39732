import { hash } from 'node:crypto'
import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { dirname as folderOf } from 'node:path/posix'
import { writeLockedStage } from '../definition/lock-file.ts'
import { replaceFile } from '../lock-store.ts'
import type { LockedStage, Stage } from '../model.ts'
import { readText } from '../repository.ts'
import { pythonJson } from '../values/python-json.ts'

/** What decides a run beside what dvc.lock can hold: its working folder and the environment variables it declares. */
export interface Circumstances {
  readonly wdir: string
  /** Names with digests of their values, sorted: a value may be a secret. */
  readonly env: readonly (readonly [string, string])[]
}

export function circumstancesOf(
  stage: Pick<Stage, 'wdir'>,
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Circumstances {
  return {
    wdir: stage.wdir,
    env: names.map((name) => {
      const value = env[name]
      return [name, value === undefined ? 'unset' : hash('sha256', value, 'hex').slice(0, 16)]
    }),
  }
}

/** Under which circumstances the entries of dvc.lock were made, as far as this clone knows. */
export interface KnownCircumstances {
  /** Of exactly this entry; `undefined` when another program, or another clone, made it. */
  of(stage: Pick<Stage, 'address'>, locked: LockedStage): Circumstances | undefined
  set(
    stage: Pick<Stage, 'address' | 'file'>,
    locked: LockedStage,
    circumstances: Circumstances,
  ): void
}

interface Noted extends Circumstances {
  readonly stage: string
  readonly lock: string
}

/**
 * Kept as a line for each run, the last one of a stage counting, so that noting one costs the same whatever there is; a line cut
 * short is passed over. Stages in the folder of their dvc.yaml without variables are not noted: most repositories have no such file.
 */
export function openCircumstances(file: string): KnownCircumstances {
  let noted: Map<string, Noted> | undefined
  const all = (): Map<string, Noted> => (noted ??= read(file))
  return {
    of(stage, locked) {
      const found = all().get(stage.address)
      return found?.lock === digest(locked) ? found : undefined
    },
    set(stage, locked, { wdir, env }) {
      if (env.length === 0 && wdir === folderOf(stage.file) && !all().has(stage.address)) return
      const note = { stage: stage.address, lock: digest(locked), wdir, env }
      all().set(stage.address, note)
      mkdirSync(dirname(file), { recursive: true })
      appendFileSync(file, `${JSON.stringify(note)}\n`)
    },
  }
}

function digest(locked: LockedStage): string {
  return hash('sha256', pythonJson(writeLockedStage(locked)), 'hex').slice(0, 16)
}

function read(file: string): Map<string, Noted> {
  const found = new Map<string, Noted>()
  const lines = (readText(file) ?? '').split('\n')
  for (const line of lines) {
    try {
      const note = JSON.parse(line) as Noted
      found.set(note.stage, note)
    } catch {
      // the last line of a killed run
    }
  }
  if (lines.length > 100 + 2 * found.size)
    replaceFile(file, [...found.values()].map((note) => `${JSON.stringify(note)}\n`).join(''))
  return found
}
