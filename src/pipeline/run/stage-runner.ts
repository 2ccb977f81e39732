import { writeFileSync } from 'node:fs'
import { TidemillError } from '#contract/error'
import { checkoutEntry } from '../cache/outputs.ts'
import type { ObjectCache } from '../cache/object-cache.ts'
import type { KeptRun } from '../cache/run-cache.ts'
import type { Reason } from '../reason.ts'
import { hideFromGit } from '../files/git-ignore.ts'
import type { Entry, LockedStage, Stage } from '../model.ts'
import type { StageResult } from './executor.ts'
import { missingOutput } from './missing-input.ts'
import { findRun } from './plan.ts'
import { record, recordedInputs, requireDependencies } from './record-stage.ts'
import { logEnd } from './log-end.ts'
import { runAttempts } from './run-attempts.ts'
import type { RunnerContext } from './runner-context.ts'
import { newLog, noteAttempt } from './stage-logs.ts'
import type { TraceReport } from './trace/trace-report.ts'

export interface Ran {
  readonly outcome: 'ran' | 'restored'
  readonly durationMs: number
  readonly result?: StageResult
  readonly log?: string
  readonly attempts?: number
  readonly trace?: TraceReport
}

/** Runs a stage, or puts back what an equal run of it made, and records it in dvc.lock. */
export async function runStage(
  context: RunnerContext,
  stage: Stage,
  reasons: readonly Reason[],
  reuse: boolean,
): Promise<Ran> {
  const { clock } = context
  const started = clock.now()
  await requireDependencies(context, stage)
  const inputs = await recordedInputs(context, stage)
  if (stage.frozen) {
    // nothing of it runs that could make them
    for (const out of stage.outs)
      if (!(await context.repository.files.content(out.target)))
        throw missingOutput(context.repository.files, stage, out)
    await record(context, stage, inputs)
    return { outcome: 'restored', durationMs: clock.now() - started }
  }
  const restored = reuse ? await restoreKept(context, stage, inputs, reasons) : undefined
  if (restored) return { outcome: 'restored', durationMs: clock.now() - started, ...restored }
  const { result, inputs: used, moved, ...rest } = await runAttempts(context, stage, reasons)
  const about = { log: logEnd(rest.log), resources: result.resources }
  await record(context, stage, used, moved.length === 0 ? about : undefined)
  context.history.add({ stage: stage.address, at: clock.now(), ...result.resources })
  return { outcome: 'ran', durationMs: clock.now() - started, result, ...rest }
}

/**
 * Puts back what an equal run made, where there is one. An object of it that turns out damaged is set aside, so that the next look
 * finds another run, or none.
 */
async function restoreKept(
  context: RunnerContext,
  stage: Stage,
  inputs: LockedStage,
  reasons: readonly Reason[],
): Promise<Pick<Ran, 'log'> | undefined> {
  for (;;) {
    const kept = await keptRun(context, stage)
    if (!kept) return undefined
    try {
      const log = await restore(context, stage, inputs, kept, reasons)
      return log === undefined ? {} : { log }
    } catch (error) {
      const isDamaged = error instanceof TidemillError && error.code === 'object_corrupt'
      if (!isDamaged || kept.run.outs.every(({ md5 }) => md5 && context.repository.cache.has(md5)))
        throw error
    }
  }
}

/** An equal run whose outputs are here, or can be brought. */
async function keptRun(
  { repository, locks, inspect, bring }: RunnerContext,
  stage: Stage,
): Promise<KeptRun | undefined> {
  const find = (cache: ObjectCache) =>
    findRun(stage, { ...repository, cache }, inspect, locks.get(stage))
  const here = await find(repository.cache)
  if (here || !bring) return here
  const elsewhere = await find({ ...repository.cache, has: () => true })
  if (!elsewhere) return undefined
  await bring(
    repository,
    elsewhere.run.outs.flatMap(({ md5 }) => md5 ?? []),
  )
  return find(repository.cache)
}

/** Puts back what a run made and says what it said; returns the log of that, where there is one. */
async function restore(
  context: RunnerContext,
  stage: Stage,
  inputs: LockedStage,
  { run, about }: KeptRun,
  reasons: readonly Reason[],
): Promise<string | undefined> {
  const { repository, locks, inspect, clock, emit } = context
  for (const out of stage.outs) {
    const entry = run.outs.find((candidate) => candidate.path === out.path)
    if (!entry) continue
    await checkoutEntry(repository, out, entry, {
      force: true,
      ...(out.cache ? {} : { links: ['copy'], anywhere: true }),
    })
    repository.files.forget(out.target)
    inspect.forget(out.target)
  }
  hideFromGit(
    repository.root,
    stage.outs.filter((out) => out.cache).map((out) => out.target),
  )
  const locked = { ...inputs, outs: inOrderOf(stage, run.outs) }
  repository.circumstances.set(stage, locked, inspect.circumstances(stage))
  locks.set(stage, locked)
  let log: string | undefined
  if (about && about.log !== '') {
    log = newLog(repository, stage, clock.now())
    writeFileSync(log, about.log)
    const noted = { stage: stage.address, attempt: 1, startedAt: clock.now() } as const
    const resources = about.resources ? { resources: about.resources } : {}
    noteAttempt(log, { ...noted, outcome: 'restored', ...resources })
  }
  if (about?.resources && context.history.of(stage.address).length === 0)
    context.history.add({ stage: stage.address, at: clock.now(), ...about.resources })
  emit({ type: 'restored', stage: stage.address, reasons })
  if (about && about.log !== '') emit({ type: 'output', stage: stage.address, text: about.log })
  return log
}

/** Entries under the paths that the stage gives its outputs. */
function inOrderOf(stage: Stage, entries: readonly Entry[]): readonly Entry[] {
  return stage.outs.flatMap((out) => entries.filter((entry) => entry.path === out.path))
}
