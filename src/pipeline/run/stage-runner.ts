import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { TidemillError } from '#contract'
import type { Clock } from '#store'
import { checkoutEntry, commitContent, relink, removeTarget } from '../cache/outputs.ts'
import { entryOf, type Inspector, type Reason } from '../changes.ts'
import { linkTypes } from '../config.ts'
import { dotDvcText } from '../definition/dot-dvc.ts'
import { hideFromGit } from '../files/git-ignore.ts'
import { replaceFile, type LockStore } from '../lock-store.ts'
import type { DataFile, Entry, LockedStage, Output, Stage } from '../model.ts'
import { readText, type Repository } from '../repository.ts'
import { isList, type Value } from '../values/value.ts'
import type { Executor, StageResult } from './executor.ts'
import { canReuse, findRun } from './plan.ts'
import type { ReproEvent } from './repro-event.ts'
import type { HeldRepository } from './repository-lock.ts'

export interface RunnerContext {
  readonly repository: Repository
  readonly locks: LockStore
  readonly inspect: Inspector
  readonly executor: Executor
  readonly clock: Pick<Clock, 'now'>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly runCache: boolean
  readonly commit: boolean
  readonly signal?: AbortSignal
  readonly emit: (event: ReproEvent) => void
  readonly held: HeldRepository
}

export interface Ran {
  readonly outcome: 'ran' | 'restored'
  readonly durationMs: number
  readonly result?: StageResult
  readonly log?: string
}

const logsKept = 20

/** Runs a stage, or puts back what an equal run of it made, and records it in dvc.lock. */
export async function runStage(
  context: RunnerContext,
  stage: Stage,
  reasons: readonly Reason[],
  reuse: boolean,
): Promise<Ran> {
  const { repository, locks, inspect, clock, emit } = context
  const started = clock.now()
  await requireDependencies(context, stage)
  if (stage.frozen) {
    await record(context, stage, await recordedInputs(context, stage), started)
    return { outcome: 'restored', durationMs: clock.now() - started }
  }
  const inputs = await recordedInputs(context, stage)
  const kept = reuse ? await findRun(stage, repository, inspect, locks.get(stage)) : undefined
  if (kept) {
    await restore(context, stage, kept)
    locks.set(stage, { ...inputs, outs: inOrderOf(stage, kept.outs) })
    emit({ type: 'restored', stage: stage.address, reasons })
    return { outcome: 'restored', durationMs: clock.now() - started }
  }

  for (const out of stage.outs) {
    if (out.persist) await unprotect(repository, out)
    else removeTarget(repository, out.target)
  }
  const commands = commandsOf(stage.cmd)
  const log = newLog(repository, stage, started)
  const folder = isAbsolute(stage.wdir) ? stage.wdir : join(repository.root, stage.wdir)
  mkdirSync(folder, { recursive: true })
  emit({ type: 'started', stage: stage.address, command: commands.join('\n'), log, reasons })
  const absolute = ({ target }: { readonly target: string }) => repository.files.absolute(target)
  const use = {
    read: [...stage.deps, ...stage.params].map(absolute),
    write: stage.outs.map(absolute),
  }
  const result = await context.held.outside(use, () =>
    context.executor.run(
      {
        stage: stage.address,
        commands,
        folder,
        env: definedOnly({ ...context.env, DVC_ROOT: repository.root, DVC_STAGE: stage.address }),
        log,
        mark: join(repository.own, 'running', encodeURIComponent(stage.address)),
        inputs: inputs.deps.map((dep, index) => ({
          path: stage.deps[index]?.target ?? dep.path,
          md5: dep.md5 ?? '',
        })),
        outputs: stage.outs.map((out) => out.target),
      },
      {
        ...(context.signal ? { signal: context.signal } : {}),
        onOutput: (text) => emit({ type: 'output', stage: stage.address, text }),
      },
    ),
  )
  for (const { target } of [...stage.outs, ...stage.deps, ...stage.params]) {
    repository.files.forget(target)
    inspect.forget(target)
  }
  writeFileSync(
    `${log}.json`,
    JSON.stringify({ stage: stage.address, startedAt: started, ...result }),
  )
  if (result.cancelled) throw new TidemillError('stage_cancelled', { stage: stage.address, log })
  if (result.exitCode !== 0) {
    throw new TidemillError('stage_failed', {
      stage: stage.address,
      exitCode: result.exitCode,
      log,
    })
  }
  await record(context, stage, inputs, started)
  return { outcome: 'ran', durationMs: clock.now() - started, result, log }
}

/** Keeps what lies at the outputs and writes the lock entry: from here on the stage is believed. */
async function record(
  context: RunnerContext,
  stage: Stage,
  inputs: LockedStage,
  since: number,
): Promise<void> {
  const { repository, locks } = context
  const outs: Entry[] = []
  const noted: { out: Output; md5: string }[] = []
  for (const out of stage.outs) {
    const content = await repository.files.content(out.target)
    if (!content || repository.ignored.ignored(out.target, content.manifest !== undefined)) {
      throw new TidemillError('output_missing', { stage: stage.address, path: out.target })
    }
    outs.push(entryOf(out.path, content))
    noted.push({ out, md5: content.md5 })
  }
  const locked: LockedStage = { ...inputs, outs }
  const keepRun =
    context.commit && canReuse(stage) && !stage.outs.some((out) => !out.cache && out.kind === 'out')
  if (context.commit) {
    for (const { out } of noted) {
      if (!out.cache && !keepRun) continue
      const content = await repository.files.content(out.target)
      if (!content) continue
      await commitContent(repository, out.target, content)
      if (out.cache) await relink(repository, out.target, content, linkTypes(repository.config))
    }
  }
  hideFromGit(
    repository.root,
    stage.outs.filter((out) => out.cache).map((out) => out.target),
  )
  // the run comes before the lock: a lock entry says that nothing is left to do
  if (keepRun && since > 0) repository.runs.save(locked)
  locks.set(stage, locked)
}

async function restore(context: RunnerContext, stage: Stage, kept: LockedStage): Promise<void> {
  const { repository } = context
  for (const out of stage.outs) {
    const entry = kept.outs.find((candidate) => candidate.path === out.path)
    if (!entry) continue
    await checkoutEntry(repository, out, entry, {
      force: true,
      ...(out.cache ? {} : { links: ['copy'] }),
    })
    repository.files.forget(out.target)
    context.inspect.forget(out.target)
  }
  hideFromGit(
    repository.root,
    stage.outs.filter((out) => out.cache).map((out) => out.target),
  )
}

/** Records what lies at the outputs of a stage as made from what lies at its dependencies, without running it. */
export async function recordStage(context: RunnerContext, stage: Stage): Promise<void> {
  await requireDependencies(context, stage)
  await record(context, stage, await recordedInputs(context, stage), context.clock.now())
}

/** Takes the present content of a data file as its new version. */
export async function recordData(context: RunnerContext, data: DataFile): Promise<void> {
  const { repository } = context
  const entries: Entry[] = []
  for (const out of data.outs) {
    const content = await repository.files.content(out.target)
    if (!content)
      throw new TidemillError('dependency_missing', { stage: data.address, path: out.target })
    if (out.cache && context.commit) {
      await commitContent(repository, out.target, content)
      await relink(repository, out.target, content, linkTypes(repository.config))
    }
    entries.push(entryOf(out.path, content))
  }
  const file = join(repository.root, data.file)
  const before = readText(file)
  const text = dotDvcText(entries, before, data.file)
  if (text !== before) replaceFile(file, text)
}

async function requireDependencies(context: RunnerContext, stage: Stage): Promise<void> {
  for (const dep of stage.frozen ? [] : stage.deps) {
    if (!(await context.repository.files.content(dep.target))) {
      throw new TidemillError('dependency_missing', { stage: stage.address, path: dep.target })
    }
  }
  const params = context.inspect.params(stage)
  for (const dependency of stage.frozen ? [] : stage.params) {
    const found = params.get(dependency.path)
    if (!found)
      throw new TidemillError('dependency_missing', {
        stage: stage.address,
        path: dependency.target,
      })
    const lost = dependency.keys.find((key) => !found.has(key))
    if (lost !== undefined) {
      throw new TidemillError('dependency_missing', {
        stage: stage.address,
        path: `${dependency.target}:${lost}`,
      })
    }
  }
}

async function recordedInputs(context: RunnerContext, stage: Stage): Promise<LockedStage> {
  const locked = context.locks.get(stage)
  const now = await context.inspect.inputs(stage)
  if (now && !stage.frozen) return now
  const cmd: Value = isList(stage.cmd) ? [...stage.cmd] : stage.cmd
  return {
    cmd,
    deps: locked?.deps ?? now?.deps ?? [],
    params: locked?.params ?? new Map(),
    outs: [],
  }
}

/** Entries under the paths that the stage gives its outputs. */
function inOrderOf(stage: Stage, entries: readonly Entry[]): readonly Entry[] {
  return stage.outs.flatMap((out) => entries.filter((entry) => entry.path === out.path))
}

/** A persistent output may be a link into the cache; the command must not write through it. */
async function unprotect(repository: Repository, out: Output): Promise<void> {
  const content = await repository.files.content(out.target)
  if (!content || !repository.cache.has(content.md5)) return
  const [first] = linkTypes(repository.config)
  if (first !== 'hardlink' && first !== 'symlink') return
  const path = repository.files.absolute(out.target)
  for (const file of content.manifest?.files ?? [{ path: '', md5: content.md5 }]) {
    await repository.cache.checkout(file.md5, join(path, file.path), content.isexec === true, [
      'copy',
    ])
  }
  repository.files.forget(out.target)
}

/** A list is run item by item, a text line by line, each in a shell of its own, as DVC does. */
export function commandsOf(cmd: string | readonly string[]): string[] {
  if (typeof cmd === 'string') return cmd.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '')
  return [...cmd]
}

function newLog(repository: Repository, stage: Stage, now: number): string {
  const folder = join(repository.own, 'logs', encodeURIComponent(stage.address))
  mkdirSync(folder, { recursive: true })
  const old = readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort()
  for (const name of old.slice(0, Math.max(0, old.length - logsKept + 1))) {
    rmSync(join(folder, name), { force: true })
    rmSync(join(folder, `${name}.json`), { force: true })
  }
  return join(
    folder,
    `${new Date(now).toISOString().replace(/[:.]/g, '-')}-${process.hrtime.bigint() % 1_000_000n}.log`,
  )
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const defined: Record<string, string> = {}
  for (const [key, value] of Object.entries(env)) if (value !== undefined) defined[key] = value
  return defined
}
