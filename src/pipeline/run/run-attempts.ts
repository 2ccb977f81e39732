import { randomBytes } from 'node:crypto'
import { chmodSync, copyFileSync, lstatSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { TidemillError } from '#contract/error'
import { checkoutEntry, commitContent, contentToKeep, removeTarget } from '../cache/outputs.ts'
import type { Reason } from '../reason.ts'
import { writablePath } from '../files/writable-path.ts'
import type { LockedStage, Output, Stage } from '../model.ts'
import type { Repository } from '../repository.ts'
import { attemptEnvironment } from './attempt-environment.ts'
import type { StageResult, TaskInput, Tracer } from './executor.ts'
import { ownMark } from './living.ts'
import { sampleWriter } from './resource-samples.ts'
import type { RunnerContext } from './runner-context.ts'
import { recordedInputs } from './record-stage.ts'
import { newLog, noteAttempt, stageMark, type AttemptRecord } from './stage-logs.ts'
import { longestTimer, signalAfter } from './signal-after.ts'
import { stageSettings } from './stage-settings.ts'
import { traceReport, type TraceReport } from './trace/trace-report.ts'
import { valuesIdentical } from '../values/value.ts'

export interface Attempted {
  readonly result: StageResult
  /** What the stage was run on. */
  readonly inputs: LockedStage
  /** Inputs that are others now: whether the stage read the old ones or the new ones nobody knows. */
  readonly moved: readonly string[]
  readonly log: string
  readonly attempts: number
  readonly trace?: TraceReport
}

/** Runs a stage's commands, again after a failure as often as it says. Errors: those of the last attempt. */
export async function runAttempts(
  context: RunnerContext,
  stage: Stage,
  reasons: readonly Reason[],
): Promise<Attempted> {
  const { attempts, backoffMs } = stageSettings(stage, context.repository.root)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { ...(await oneAttempt(context, stage, reasons, attempt)), attempts: attempt }
    } catch (error) {
      const again =
        error instanceof TidemillError &&
        (error.code === 'stage_failed' || error.code === 'stage_timed_out') &&
        attempt < attempts
      if (!again) throw error
      const waitMs = Math.min(backoffMs * 2 ** (attempt - 1), longestTimer)
      const { message } = error
      context.emit({ type: 'retry', stage: stage.address, attempt, of: attempts, waitMs, message })
      await delay(waitMs, undefined, context.signal ? { signal: context.signal } : {}).catch(() => {
        throw new TidemillError('stage_cancelled', { at: ` at ${stage.address}`, log: '' })
      })
    }
  }
}

async function oneAttempt(
  context: RunnerContext,
  stage: Stage,
  reasons: readonly Reason[],
  attempt: number,
): Promise<Omit<Attempted, 'attempts'>> {
  const { repository, executor, clock, emit } = context
  const { timeoutMs } = stageSettings(stage, repository.root)
  const started = clock.now()
  const inputs = await presentInputs(context, stage)
  for (const out of stage.outs) {
    if (out.persist) await unprotect(repository, out)
    // what is not kept may lie outside: the command that is about to run may write there as well
    else removeTarget(repository, out.target, { anywhere: !out.cache })
  }
  const taskInputs = executor.byDigest
    ? await inputObjects(repository, stage)
    : namedInputs(stage, inputs)
  const commands = commandsOf(stage.cmd)
  const log = newLog(repository, stage, started)
  const noted = { stage: stage.address, attempt, startedAt: started } as const
  const note = (outcome: AttemptRecord['outcome'], result?: StageResult): void =>
    noteAttempt(log, {
      ...noted,
      outcome,
      ...(outcome === 'running' ? { runner: ownMark() } : {}),
      ...(result ? { exitCode: result.exitCode, resources: result.resources } : {}),
    })
  note('running')
  emit({ type: 'started', stage: stage.address, command: commands.join('\n'), log, reasons })
  const absolute = ({ target }: { readonly target: string }) => repository.files.absolute(target)
  const use = {
    read: [...stage.deps, ...stage.params].map(absolute),
    write: stage.outs.map(absolute),
  }
  const timeout = timeoutMs === undefined ? undefined : signalAfter(timeoutMs)
  const signals = [context.signal, timeout].filter((signal) => signal !== undefined)
  const tracer: Tracer | undefined = context.tracer?.of(stage)
  const result = await context.held
    .outside(
      use,
      () =>
        executor.run(
          {
            stage: stage.address,
            commands,
            folder: stage.wdir,
            env: { ...definedOnly(context.env), ...attemptEnvironment(log, context.env) },
            inputs: taskInputs,
            outputs: stage.outs.map((out) => out.target),
          },
          {
            log,
            mark: stageMark(repository, stage),
            objects: repository.cache.folder,
            ...(signals.length > 0 ? { signal: AbortSignal.any(signals) } : {}),
            onOutput: (text) => emit({ type: 'output', stage: stage.address, text }),
            onSample: sampleWriter(log),
            ...(tracer ? { tracer } : {}),
          },
        ),
      {
        onWait: (pid) => emit({ type: 'waiting', stage: stage.address, pid }),
        ...(context.signal ? { signal: context.signal } : {}),
      },
    )
    .catch((error: unknown) => {
      const cancelled = cancelledWait(context, stage, error, log)
      note(cancelled ? 'cancelled' : 'failed')
      throw cancelled ?? error
    })
  for (const { target } of stage.outs) {
    repository.files.forget(target)
    context.inspect.forget(target)
  }
  const failed = failureOf(context, stage, result, timeout, log)
  note(failed?.outcome ?? 'done', result)
  if (failed) throw failed.error
  for (const entry of result.outputs ?? []) {
    await checkoutEntry(repository, { target: entry.path }, entry, { force: true })
  }
  const trace = tracer && traceReport(stage, repository.root, tracer.end())
  if (trace) emit({ type: 'traced', stage: stage.address, report: trace })
  const moved = movedInputs(inputs, await presentInputs(context, stage))
  if (moved.length > 0) emit({ type: 'moved', stage: stage.address, paths: moved })
  return { result, inputs, moved, log, ...(trace ? { trace } : {}) }
}

/** The inputs as they are at this moment, whatever was seen of them before. */
async function presentInputs(context: RunnerContext, stage: Stage): Promise<LockedStage> {
  for (const { target } of [...stage.deps, ...stage.params]) {
    context.repository.files.forget(target)
    context.inspect.forget(target)
  }
  return recordedInputs(context, stage)
}

function movedInputs(before: LockedStage, after: LockedStage): string[] {
  const deps = before.deps.filter(
    ({ path, md5 }) => after.deps.find((each) => each.path === path)?.md5 !== md5,
  )
  const params = [...before.params].flatMap(([file, values]) =>
    valuesIdentical(values, after.params.get(file) ?? null) ? [] : [file],
  )
  return [...deps.map(({ path }) => path), ...params]
}

/** A run that was cancelled while the stage, whose command has ended, waited for another process. */
function cancelledWait(
  { signal }: RunnerContext,
  { address }: Stage,
  error: unknown,
  log: string,
): TidemillError | undefined {
  const isLocked = error instanceof TidemillError && error.code === 'pipeline_locked'
  if (!signal?.aborted || !isLocked) return undefined
  const { pid, path } = error.details
  const at = ` at ${address}, which had ended and waited to be recorded: process ${String(pid)} has ${String(path)}`
  return new TidemillError('stage_cancelled', { at, log }, error)
}

function failureOf(
  context: RunnerContext,
  stage: Stage,
  result: StageResult,
  timeout: AbortSignal | undefined,
  log: string,
): { readonly outcome: AttemptRecord['outcome']; readonly error: TidemillError } | undefined {
  const details = { stage: stage.address, log }
  if (context.signal?.aborted && result.cancelled)
    return {
      outcome: 'cancelled',
      error: new TidemillError('stage_cancelled', { at: ` at ${stage.address}`, log }),
    }
  if (timeout?.aborted && result.cancelled) {
    const seconds = Math.round(result.resources.wallSeconds)
    const error = new TidemillError('stage_timed_out', { ...details, seconds })
    return { outcome: 'timed out', error }
  }
  if (result.exitCode === 0) return undefined
  const error = new TidemillError('stage_failed', { ...details, exitCode: result.exitCode })
  return { outcome: 'failed', error }
}

function namedInputs(stage: Stage, inputs: LockedStage): readonly TaskInput[] {
  return inputs.deps.map((dep, index) => ({
    path: stage.deps[index]?.target ?? dep.path,
    md5: dep.md5 ?? '',
  }))
}

/** Takes what a stage reads into the cache, for an executor that sees nothing else; what it goes on writing is read too. */
async function inputObjects(repository: Repository, stage: Stage): Promise<readonly TaskInput[]> {
  const grown = stage.outs.filter((out) => out.persist)
  const found: TaskInput[] = []
  for (const { target } of [...stage.deps, ...stage.params, ...grown]) {
    const content = await contentToKeep(repository, target)
    if (!content) continue
    await commitContent(repository, target, content)
    found.push({ path: target, md5: content.md5, isexec: content.isexec === true })
  }
  return found
}

/** A persistent output may be a link into the cache; the command must not write through it. */
async function unprotect(repository: Repository, out: Output): Promise<void> {
  const content = await repository.files.content(out.target)
  if (!content) return
  const path = out.cache
    ? writablePath(repository.root, out.target)
    : repository.files.absolute(out.target)
  let changed = false
  for (const file of content.manifest?.files ?? [{ path: '' }])
    changed = detach(join(path, file.path)) || changed
  if (changed) repository.files.forget(out.target)
}

/** Puts a copy in the place of a link, and of a file that others name too or that may not be written. */
function detach(path: string): boolean {
  const found = lstatSync(path)
  const own = !found.isSymbolicLink() && found.nlink === 1
  if (own && (found.mode & 0o200) !== 0) return false
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    copyFileSync(path, temporary)
    chmodSync(temporary, statSync(path).mode | 0o200)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  return true
}

/** A list is run item by item, a text line by line, each in a shell of its own, as DVC does. */
function commandsOf(cmd: string | readonly string[]): string[] {
  if (typeof cmd === 'string') return cmd.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '')
  return [...cmd]
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const defined: Record<string, string> = {}
  for (const [key, value] of Object.entries(env)) if (value !== undefined) defined[key] = value
  return defined
}
