import { relative } from 'node:path/posix'
import { droppedReasons } from './dropped-inputs.ts'
import { isRecorded } from './files/is-recorded.ts'
import { isStage, type Node } from './graph.ts'
import type { LockStore } from './lock-store.ts'
import type { DataFile, Entry, LockedStage, Output, ParamsDependency, Stage } from './model.ts'
import type { ChangeState, Reason } from './reason.ts'
import { readText, type Repository } from './repository.ts'
import { readParamsFile } from './values/params-file.ts'
import { circumstancesOf, type Circumstances } from './run/circumstances.ts'
import { stageSettings } from './run/stage-settings.ts'
import { toPlain } from './values/plain.ts'
import {
  isList,
  valueAt,
  valuesEqual,
  valuesIdentical,
  type Value,
  type ValueMap,
} from './values/value.ts'

/** Looks at what a stage or a data file declares against what is recorded. */
export interface Inspector {
  reasons(node: Node): Promise<readonly Reason[]>
  /** A stage as it would be locked now, outputs left out; `undefined` when a dependency is missing. */
  inputs(stage: Stage): Promise<LockedStage | undefined>
  params(stage: Stage): ReadonlyMap<string, ValueMap>
  circumstances(stage: Stage): Circumstances
  /** Params files are read anew when a stage wrote them. */
  forget(target: string): void
}

export function inspector(
  repository: Repository,
  locks: LockStore,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Inspector {
  const { files, cache } = repository
  const paramFiles = new Map<string, ValueMap | undefined>()

  function paramFile(target: string): ValueMap | undefined {
    if (!paramFiles.has(target)) {
      const text = readText(files.absolute(target))
      paramFiles.set(target, text === undefined ? undefined : readParamsFile(text, target))
    }
    return paramFiles.get(target)
  }

  /** The parameters that a stage depends on, those of them that exist. */
  function present(dependency: ParamsDependency, content: ValueMap): Map<string, Value> {
    if (dependency.keys.length === 0) return new Map(content)
    const found = new Map<string, Value>()
    for (const key of dependency.keys) {
      const value = valueAt(content, key)
      if (value !== undefined) found.set(key, value)
    }
    return found
  }

  async function depReason(
    target: string,
    recorded: Entry | undefined,
  ): Promise<Reason | undefined> {
    const content = await files.content(target)
    const old = recorded?.md5 ?? null
    const base = { kind: 'dep', path: target, old, new: content?.md5 ?? null } as const
    if (!content) return { ...base, state: 'deleted' }
    if (recorded?.md5 === undefined) return { ...base, state: 'new' }
    return (await isRecorded(files, target, recorded)) ? undefined : { ...base, state: 'modified' }
  }

  async function outReason(out: Output, recorded: Entry | undefined): Promise<Reason | undefined> {
    const missing = recorded?.md5 !== undefined && out.cache && !cache.has(recorded.md5)
    const content = repository.ignored.ignored(out.target, false)
      ? undefined
      : await files.content(out.target)
    const base = {
      kind: 'out',
      path: out.target,
      old: recorded?.md5 ?? null,
      new: content?.md5 ?? null,
    } as const
    if (missing) return { ...base, state: 'not in cache' }
    if (!content) return { ...base, state: 'deleted' }
    if (recorded?.md5 === undefined) return { ...base, state: 'new' }
    return (await isRecorded(files, out.target, recorded))
      ? undefined
      : { ...base, state: 'modified' }
  }

  function paramReasons(dependency: ParamsDependency, recorded: ValueMap | undefined): Reason[] {
    const content = paramFile(dependency.target)
    const name = (key: string) => `${dependency.target}:${key}`
    if (content === undefined) {
      return [{ kind: 'param', path: dependency.target, old: null, new: null, state: 'deleted' }]
    }
    if (recorded === undefined) {
      return [{ kind: 'param', path: dependency.target, old: null, new: null, state: 'new' }]
    }
    const actual = present(dependency, content)
    const keys =
      dependency.keys.length > 0
        ? dependency.keys
        : [...new Set([...actual.keys(), ...recorded.keys()])]
    return keys.flatMap((key): Reason[] => {
      const [now, before] = [actual.get(key), recorded.get(key)]
      const base = {
        kind: 'param',
        path: name(key),
        old: toPlain(before ?? null),
        new: toPlain(now ?? null),
      } as const
      if (now === undefined) return [{ ...base, state: 'deleted' }]
      if (before === undefined) return [{ ...base, state: 'new' }]
      // 1, 1.0 and true print differently, so they may make different outputs
      return valuesIdentical(now, before) ? [] : [{ ...base, state: 'modified' }]
    })
  }

  const circumstances = (stage: Stage): Circumstances =>
    circumstancesOf(stage, stageSettings(stage, repository.root).env, env)

  /** What this clone knows of how the entry was made; what it does not know is believed. */
  function circumstanceReasons(stage: Stage, locked: LockedStage): Reason[] {
    const before = repository.circumstances.of(stage, locked)
    if (!before) return []
    const now = circumstances(stage)
    const [old, declared] = [new Map(before.env), new Map(now.env)]
    const moved: Reason[] =
      before.wdir === now.wdir
        ? []
        : [{ kind: 'wdir', path: stage.address, old: before.wdir, new: now.wdir }]
    return [
      ...moved,
      ...[...new Set([...declared.keys(), ...old.keys()])].flatMap((name): Reason[] => {
        const [was, value] = [old.get(name), declared.get(name)]
        if (was === value) return []
        const state = variableState(was, value)
        return [{ kind: 'env', path: name, old: null, new: null, state }]
      }),
    ]
  }

  async function stageReasons(stage: Stage): Promise<Reason[]> {
    const locked = locks.get(stage)
    const reasons: Reason[] = []
    if (!locked) reasons.push({ kind: 'lock-missing', path: stage.address, old: null, new: null })
    else if (!valuesEqual(locked.cmd, stage.cmd)) {
      reasons.push({ kind: 'cmd', path: stage.address, old: toPlain(locked.cmd), new: stage.cmd })
    }
    if (restless(stage) && !stage.frozen)
      reasons.push({ kind: 'always', path: stage.address, old: null, new: null })
    if (!stage.frozen) {
      if (locked) reasons.push(...circumstanceReasons(stage, locked))
      for (const dep of stage.deps) {
        const reason = await depReason(
          dep.target,
          locked?.deps.find((entry) => entry.path === dep.path),
        )
        if (reason) reasons.push(reason)
      }
      for (const dependency of stage.params) {
        reasons.push(...paramReasons(dependency, locked?.params.get(dependency.path)))
      }
      if (locked) reasons.push(...droppedReasons(stage, locked))
    }
    for (const out of stage.outs) {
      const reason = await outReason(
        out,
        locked?.outs.find((entry) => entry.path === out.path),
      )
      if (reason) reasons.push(reason)
    }
    return reasons
  }

  async function dataReasons(data: DataFile): Promise<Reason[]> {
    const reasons: Reason[] = []
    for (const [index, out] of data.outs.entries()) {
      const reason = await outReason(out, data.entries[index])
      if (reason) reasons.push(reason)
    }
    return reasons
  }

  return {
    circumstances,
    reasons: (node) => (isStage(node) ? stageReasons(node) : dataReasons(node)),
    params(stage) {
      const found = new Map<string, ValueMap>()
      for (const dependency of stage.params) {
        const content = paramFile(dependency.target)
        if (content) found.set(dependency.path, present(dependency, content))
      }
      return found
    },
    async inputs(stage) {
      const deps: Entry[] = []
      for (const dep of stage.deps) {
        const content = await files.content(dep.target)
        if (!content) return undefined
        deps.push(entryOf(dep.path, content))
      }
      const cmd: Value = isList(stage.cmd) ? [...stage.cmd] : stage.cmd
      return {
        cmd,
        deps,
        params: this.params(stage),
        outs: stage.outs.map((out) => ({ path: out.path })),
      }
    },
    forget(target) {
      paramFiles.delete(target)
    },
  }
}

/** How a declared variable differs from what was recorded; `undefined` where it was not, or is not, declared. */
function variableState(was: string | undefined, value: string | undefined): ChangeState {
  if (value === undefined) return 'not declared'
  if (was === undefined) return 'new'
  return value === 'unset' ? 'deleted' : 'modified'
}

/** A stage that runs whenever it is asked for: it says so, or it has nothing that could be unchanged. */
export function restless(stage: Stage): boolean {
  return (
    stage.alwaysChanged ||
    (stage.deps.length === 0 && stage.params.length === 0 && stage.outs.length === 0)
  )
}

export function entryOf(
  path: string,
  content: {
    readonly md5: string
    readonly size: number
    readonly nfiles?: number
    readonly isexec?: true
  },
): Entry {
  return {
    path,
    hash: 'md5',
    md5: content.md5,
    size: content.size,
    ...(content.nfiles === undefined ? {} : { nfiles: content.nfiles }),
    ...(content.isexec ? { isexec: true } : {}),
  }
}

/** A path of the repository as a user in `folder` sees it. */
export function shownFrom(folder: string, target: string): string {
  return target.startsWith('/') || folder === '.' ? target : relative(folder, target)
}
