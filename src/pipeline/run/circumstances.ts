import { hash } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { dirname as folderOf } from 'node:path/posix'
import { writeLockedStage } from '../definition/lock-file.ts'
import type { LockedStage, Stage } from '../model.ts'
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
 * Kept as a line for each entry that was made, so that noting one costs the same whatever there is, and going back to an old dvc.lock
 * finds its own; a line cut short is passed over. Stages in the folder of their dvc.yaml without variables are not noted: most
 * repositories have no such file.
 */
export function openCircumstances(file: string): KnownCircumstances {
  let noted: Map<string, Noted> | undefined
  const all = (): Map<string, Noted> => (noted ??= read(file))
  return {
    of(stage, locked) {
      return all().size === 0 ? undefined : all().get(keyOf(stage.address, digest(locked)))
    },
    set(stage, locked, { wdir, env }) {
      const plain = env.length === 0 && wdir === folderOf(stage.file)
      if (plain && all().size === 0) return
      const note = { stage: stage.address, lock: digest(locked), wdir, env }
      all().set(keyOf(note.stage, note.lock), note)
      mkdirSync(dirname(file), { recursive: true })
      appendFileSync(file, `${JSON.stringify(note)}\n`)
    },
  }
}

function keyOf(stage: string, lock: string): string {
  return `${lock} ${stage}`
}

function digest(locked: LockedStage): string {
  return hash('sha256', pythonJson(writeLockedStage(locked)), 'hex').slice(0, 16)
}

const kept = 5000

function read(file: string): Map<string, Noted> {
  const lines = linesOf(file)
  const found = lines.slice(-kept).flatMap((line): Noted[] => {
    try {
      return [JSON.parse(line) as Noted]
    } catch {
      // the last line of a killed run
      return []
    }
  })
  if (lines.length > 2 * kept) {
    writeFileSync(`${file}.tmp`, found.map((note) => `${JSON.stringify(note)}\n`).join(''))
    renameSync(`${file}.tmp`, file)
  }
  return new Map(found.map((note) => [keyOf(note.stage, note.lock), note]))
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}
