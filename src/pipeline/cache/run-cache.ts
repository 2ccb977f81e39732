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
import { basename, dirname, join } from 'node:path'
import { lockStageShape } from '../definition/dvc-schemas.ts'
import { readLockedStage, writeLockedStage } from '../definition/lock-file.ts'
import { mismatch } from '../definition/schema.ts'
import type { Entry, LockedStage } from '../model.ts'
import type { Circumstances } from '../run/circumstances.ts'
import type { ResourceRecord } from '../run/executor.ts'
import { pythonJson } from '../values/python-json.ts'
import { compareText } from '../values/python-text.ts'
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

/** DVC drops every key of these two names, parameters too; our own address (`ownKey`) does not. */
function withoutSizes(value: Value): Value {
  if (isList(value)) return value.map(withoutSizes)
  if (!isMap(value)) return value
  const kept = [...value].filter(([key]) => key !== 'size' && key !== 'nfiles')
  return new Map(kept.map(([key, inner]) => [key, withoutSizes(inner)]))
}

export interface RunCache {
  /** Where they are kept, DVC's own and what DVC has no place for; each with its path on a remote, and which records go there. */
  readonly folders: readonly RunFolder[]
  /** The newest run with exactly these inputs and circumstances whose outputs `has` says are there. */
  find(
    inputs: LockedStage,
    circumstances: Circumstances,
    has: (out: Entry) => boolean,
  ): KeptRun | undefined
  save(run: LockedStage, circumstances: Circumstances, about: RunAbout): void
  /** Every run that is recorded. */
  all(): readonly LockedStage[]
}

export interface RunFolder {
  readonly name: string
  readonly path: string
  /** Whether a record is of use elsewhere. */
  travels(file: string): boolean
}

export interface KeptRun {
  readonly run: LockedStage
  /** Absent for a run that DVC recorded. */
  readonly about?: RunAbout
}

/** What is kept of a run beside what it made. */
export interface RunAbout {
  readonly log: string
  readonly resources?: ResourceRecord
}

interface OwnRecord extends RunAbout {
  /** The name of DVC's entry for the same run. */
  readonly value: string
  /** As dvc.lock would hold it. */
  readonly run: string
  /** Whether it says more than DVC's entry, which is all that travels otherwise. */
  readonly more: boolean
}

export function openRunCache(cacheFolder: string): RunCache {
  const dvc = join(cacheFolder, 'runs')
  const own = ownFolderOf(cacheFolder)
  const placeIn = (folder: string, key: string): string => join(folder, key.slice(0, 2), key)

  return {
    folders: [
      { name: 'runs', path: dvc, travels: () => true },
      { name: 'tidemill/runs', path: own, travels: (file) => readOwn(file)?.more === true },
    ],
    find(inputs, circumstances, has) {
      const key = runKey(inputs)
      const place = join(own, key.slice(0, 2))
      const records = new Map(
        listed(place).flatMap((name) => {
          const record = name.startsWith(`${key}-`) ? readOwn(join(place, name)) : undefined
          return record ? [[name, record] as const] : []
        }),
      )
      const ownName = ownKey(inputs, circumstances)
      const exact = records.get(`${key}-${ownName}`)
      const kept = exact && parseRun(exact.run, key)
      // a record that came from a remote must be of the inputs that its name says
      const isOfThese = kept && runKey(kept) === key && ownKey(kept, circumstances) === ownName
      if (exact && kept && isOfThese && kept.outs.every(has)) return { run: kept, about: exact }
      // DVC's entries say nothing of variables; those that are ours too were made under other circumstances
      if (circumstances.env.length > 0) return undefined
      const ours = new Set([...records.values()].map((record) => record.value))
      const theirs = placeIn(dvc, key)
      const found = names(theirs)
        .filter((name) => !ours.has(name))
        .map((name) => join(theirs, name))
        // one that went since it was listed is read as none
        .map((file) => ({ file, at: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
        .sort((a, b) => b.at - a.at)
      for (const { file } of found) {
        const run = readRun(file)
        if (run && sameParams(run, inputs) && run.outs.every(has)) return { run }
      }
      return undefined
    },
    all() {
      const inside = (folder: string): string[] => listed(folder).map((name) => join(folder, name))
      return [
        ...inside(dvc)
          .flatMap(inside)
          .flatMap(inside)
          .flatMap((file) => readRun(file) ?? []),
        ...inside(own)
          .flatMap(inside)
          .flatMap((file) => {
            const record = readOwn(file)
            return (record && parseRun(record.run, file)) ?? []
          }),
      ]
    },
    save(run, circumstances, about) {
      const [key, value] = [runKey(run), runValue(run)]
      const text = writeYaml(writeLockedStage(run))
      const file = join(placeIn(dvc, key), value)
      const present = readRun(file)
      // our record first: DVC's entry alone would be believed whatever the circumstances
      const more =
        saysMore(about.log) ||
        circumstances.env.length > 0 ||
        circumstances.wdir !== '.' ||
        hasSizes(run)
      const record: OwnRecord = { value, run: text, more, ...about }
      const name = `${key}-${ownKey(run, circumstances)}`
      writeRecord(join(own, key.slice(0, 2)), name, JSON.stringify(record))
      // DVC's address leaves sizes out: with a parameter of that name the newest run must be the one that is kept
      if (!present || !sameParams(present, run)) writeRecord(placeIn(dvc, key), value, text)
    },
  }
}

/** Whether a log has more in it than the commands of the stage. */
function saysMore(log: string): boolean {
  return log.split('\n').some((line) => line !== '' && !line.startsWith('> '))
}

/** Whether a parameter is called as what DVC leaves out of the address. */
function hasSizes(run: LockedStage): boolean {
  return !valuesIdentical(withoutSizes(run.params), run.params)
}

/**
 * Our records lie beside the cache that is shared. In a repository's own cache DVC's files are all there is: there they lie in the
 * folder of ours that work trees beside it find as well.
 */
function ownFolderOf(cacheFolder: string): string {
  const above = dirname(cacheFolder)
  const apart = basename(above) === '.dvc' && basename(cacheFolder) === 'cache'
  return join(apart ? join(above, 'tmp') : cacheFolder, 'tidemill', 'runs')
}

/** Our address of a run: every declared input by name and type, where it ran, and the variables it declares. */
function ownKey(run: LockedStage, { wdir, env }: Circumstances): string {
  const deps: Value = run.deps
    .map((dep): [string, Value] => [
      dep.path,
      [dep.hash ?? 'md5-dos2unix', dep.md5 ?? null, dep.isexec === true],
    ])
    .sort(([a], [b]) => compareText(a, b))
  const key = new Map<string, Value>([
    ['cmd', run.cmd],
    ['deps', deps],
    ['params', run.params],
    ['outs', run.outs.map((out) => out.path).sort(compareText)],
    ['wdir', wdir],
    ['env', env.map((pair) => [...pair])],
  ])
  return hash('sha256', pythonJson(key), 'hex')
}

function writeRecord(place: string, name: string, text: string): void {
  mkdirSync(place, { recursive: true })
  const temporary = join(place, `.${randomBytes(8).toString('hex')}.tmp`)
  try {
    writeFileSync(temporary, text)
    renameSync(temporary, join(place, name))
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
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

function readOwn(file: string): OwnRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as Partial<OwnRecord>
    const { value, run, log } = record
    const whole = typeof value === 'string' && typeof run === 'string' && typeof log === 'string'
    return whole ? { ...record, value, run, log, more: record.more === true } : undefined
  } catch {
    return undefined
  }
}

function readRun(file: string): LockedStage | undefined {
  try {
    return parseRun(readFileSync(file, 'utf8'), file)
  } catch {
    return undefined
  }
}

function parseRun(text: string, file: string): LockedStage | undefined {
  try {
    const { value } = readYaml(text, file)
    return isMap(value) && !mismatch(value, lockStageShape) ? readLockedStage(value) : undefined
  } catch {
    return undefined
  }
}

function sameParams(a: LockedStage, b: LockedStage): boolean {
  return valuesIdentical(a.params, b.params)
}
