import { hash, randomBytes } from 'node:crypto'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { lockStageShape } from '../definition/dvc-schemas.ts'
import { readLockedStage, writeLockedStage } from '../definition/lock-file.ts'
import { mismatch } from '../definition/schema.ts'
import type { Entry, LockedStage } from '../model.ts'
import { pythonJson } from '../values/python-json.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isList, isMap, valuesIdentical, type Value } from '../values/value.ts'
import { writeYaml } from '../values/write-yaml.ts'

/** DVC's address of a run: its command, dependencies, parameters and the names of its outputs. */
export function runKey(stage: LockedStage): string {
  const map = new Map(writeLockedStage(stage))
  const outs: Value = stage.outs.map((out) => out.path).sort()
  map.set('outs', outs)
  return sha256(map)
}

/** DVC's address of what a run made. */
export function runValue(stage: LockedStage): string {
  return sha256(writeLockedStage(stage))
}

function sha256(value: Value): string {
  return hash('sha256', pythonJson(withoutSizes(value)), 'hex')
}

/** DVC drops every key of these two names, parameters too; `find` makes good for what that loses. */
function withoutSizes(value: Value): Value {
  if (isList(value)) return value.map(withoutSizes)
  if (!isMap(value)) return value
  const kept = [...value].filter(([key]) => key !== 'size' && key !== 'nfiles')
  return new Map(kept.map(([key, inner]) => [key, withoutSizes(inner)]))
}

export interface RunCache {
  readonly folder: string
  /** The newest run with exactly these inputs whose outputs `has` says are there. */
  find(inputs: LockedStage, has: (out: Entry) => boolean): LockedStage | undefined
  save(run: LockedStage): void
  /** Every run that is recorded. */
  all(): readonly LockedStage[]
}

export function openRunCache(cacheFolder: string): RunCache {
  const folder = join(cacheFolder, 'runs')
  return {
    folder,
    find(inputs, has) {
      const key = runKey(inputs)
      const place = join(folder, key.slice(0, 2), key)
      const found = names(place)
        .map((name) => ({ file: join(place, name), at: statSync(join(place, name)).mtimeMs }))
        .sort((a, b) => b.at - a.at)
      for (const { file } of found) {
        const run = readRun(file)
        if (!run || !sameParams(run, inputs)) continue
        if (run.outs.every(has)) return run
      }
      return undefined
    },
    all() {
      const keys = listed(folder).flatMap((prefix) =>
        names(join(folder, prefix)).map((key) => join(folder, prefix, key)),
      )
      return keys.flatMap((place) =>
        names(place).flatMap((name) => readRun(join(place, name)) ?? []),
      )
    },
    save(run) {
      const [key, value] = [runKey(run), runValue(run)]
      const place = join(folder, key.slice(0, 2), key)
      const file = join(place, value)
      const present = readRun(file)
      // the address leaves sizes out: with a parameter of that name the newest run must be the one that is kept
      if (present && sameParams(present, run)) return
      mkdirSync(place, { recursive: true })
      const temporary = join(place, `.${randomBytes(8).toString('hex')}.tmp`)
      try {
        writeFileSync(temporary, writeYaml(writeLockedStage(run)))
        renameSync(temporary, file)
      } catch (error) {
        rmSync(temporary, { force: true })
        throw error
      }
    },
  }
}

function names(folder: string): string[] {
  return listed(folder).filter((name) => /^[0-9a-f]{64}$/.test(name))
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function readRun(file: string): LockedStage | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    const value = readYaml(text, file).value
    return isMap(value) && !mismatch(value, lockStageShape) ? readLockedStage(value) : undefined
  } catch {
    return undefined
  }
}

function sameParams(a: LockedStage, b: LockedStage): boolean {
  return valuesIdentical(a.params, b.params)
}
