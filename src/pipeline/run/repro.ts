import { availableParallelism } from 'node:os'
import { TidemillError } from '#contract/error'
import type { Clock } from '#store'
import { inspector } from '../changes.ts'
import type { Reason } from '../reason.ts'
import { withoutMissing } from './without-missing.ts'
import { buildGraph, isStage, type Node } from '../graph.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { openRepository } from '../repository.ts'
import { keptOuts } from './attempt-environment.ts'
import type { Executor, ResourceRecord } from './executor.ts'
import { historyFile, openHistory } from './history.ts'
import { localExecutor } from './local-executor.ts'
import { plan, scopeOf, type ScopeOptions } from './plan.ts'
import type { ReproEvent } from './repro-event.ts'
import { withRepositoryLock, type HeldRepository } from './repository-lock.ts'
import { nothingToDo } from './nothing-to-do.ts'
import { ranks } from './ranks.ts'
import { refuseOutdatedIn } from './refuse-outdated.ts'
import { resourcePool, type ResourcePool } from './resource-pool.ts'
import type { BringObjects, RunnerContext } from './runner-context.ts'
import { runSchedule } from './scheduler.ts'
import { resourcesOf } from './stage-settings.ts'
import type { TraceReport } from './trace/trace-report.ts'

export interface ReproOptions extends ScopeOptions {
  readonly force?: boolean
  /** Stages behind one that changed run whatever their dependencies say. */
  readonly forceDownstream?: boolean
  /** Says what would happen and does nothing. */
  readonly dry?: boolean
  /** How many stages may run at once; 1 unless said. */
  readonly jobs?: number
  readonly runCache?: boolean
  /** Asked for what a recorded run made that a stage could have in place of running, where the cache lacks it. */
  readonly bring?: BringObjects
  /** Data that is nowhere here is no reason to run what recorded it. */
  readonly allowMissing?: boolean
  /** Asked before each stage that would run or be put back; `false` ends the run. */
  readonly confirm?: (stage: string) => Promise<boolean>
  /** `false` leaves the cache alone. */
  readonly commit?: boolean
  /** After a failure: `stop` (default), `keep-going` with what does not depend on it, `ignore` it. */
  readonly onError?: 'stop' | 'keep-going' | 'ignore'
  readonly signal?: AbortSignal
  readonly onEvent?: (event: ReproEvent) => void
  /** The environment of the commands; this process's unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly executor?: Executor
  /** Runs what is to run and watches what it reads; nothing comes from the run cache. */
  readonly trace?: boolean
  /** What stages of several runs share; the machine's cores and memory unless given. */
  readonly pool?: ResourcePool
}

export type StageOutcome = 'ran' | 'restored' | 'unchanged' | 'failed' | 'not reached'

export interface StageRun {
  readonly stage: string
  readonly outcome: StageOutcome
  readonly reasons: readonly Reason[]
  readonly durationMs?: number
  readonly resources?: ResourceRecord
  readonly log?: string
  /** How often it was tried. */
  readonly attempts?: number
  readonly trace?: TraceReport
  readonly error?: string
}

export interface ReproResult {
  /** Stages in the order of the plan. */
  readonly stages: readonly StageRun[]
  /** Whether anything ran or was restored. */
  readonly changed: boolean
}

/**
 * Brings stages up to date: what did not change is left, what was run before with the same inputs is taken from the cache, the
 * rest runs, each stage recorded in dvc.lock as it ends. A killed run leaves every finished stage recorded and nothing else
 * believed. Errors: `stage_failed`, `output_missing`, `dependency_missing`, `pipeline_locked`, `cancelled` … of the first failure,
 * unless `onError` says otherwise; `data_outdated` before anything runs.
 */
export async function repro(
  pipeline: Pipeline,
  options: ReproOptions = {},
  clock: Pick<Clock, 'now'> = { now: () => Date.now() },
): Promise<ReproResult> {
  if (options.dry) return dryRun(pipeline, options)
  const repository = openRepository(pipeline.root)
  const env = options.env ?? process.env
  const settled = options.force ? undefined : await nothingToDo(pipeline, repository, options, env)
  if (settled) return unchanged(settled, options)
  const work = async (held: HeldRepository) => {
    const locks = openLocks(pipeline.root)
    const context: RunnerContext = {
      repository,
      locks,
      inspect: inspector(repository, locks, env),
      executor: options.executor ?? localExecutor({ root: pipeline.root }),
      history: openHistory(historyFile(repository)),
      clock,
      env: { ...env, ...keptOuts(pipeline) },
      runCache: options.runCache !== false && !options.trace,
      ...(options.bring ? { bring: options.bring } : {}),
      commit: options.commit !== false,
      ...(options.signal ? { signal: options.signal } : {}),
      emit: options.onEvent ?? (() => undefined),
      held,
      ...(options.trace
        ? { tracer: (await import('./trace/open-tracer.ts')).openTracer(repository) }
        : {}),
    }
    return runAll(pipeline, options, context).finally(() => locks.settle())
  }
  return withRepositoryLock(repository, work, { byPath: true })
}

async function dryRun(pipeline: Pipeline, options: ReproOptions): Promise<ReproResult> {
  const outcome = { run: 'ran', restore: 'restored', skip: 'unchanged' } as const
  const planned = await plan(pipeline, options)
  const stages = planned.map(({ stage, action, reasons }) => ({
    stage,
    outcome: outcome[action],
    reasons,
  }))
  return { stages, changed: stages.some((stage) => stage.outcome !== 'unchanged') }
}

function unchanged(steps: readonly Node[], options: ReproOptions): ReproResult {
  const stages = steps.filter(isStage).map((stage): StageRun => {
    options.onEvent?.({ type: 'skipped', stage: stage.address, because: 'unchanged' })
    return { stage: stage.address, outcome: 'unchanged', reasons: [] }
  })
  return { stages, changed: false }
}

/** Takes the steps in order, as many at once as `jobs` allows, each when all that it needs has ended. */
async function runAll(
  pipeline: Pipeline,
  options: ReproOptions,
  context: RunnerContext,
): Promise<ReproResult> {
  const graph = buildGraph(pipeline)
  const steps = scopeOf(pipeline, graph, options)
  await refuseOutdatedIn(context.repository, context.inspect, graph, steps)
  const asked = options.jobs === 0 ? availableParallelism() : (options.jobs ?? 1)
  // one question at a time
  const jobs = context.tracer?.alone || options.confirm ? 1 : Math.max(1, asked)
  const onError = options.onError ?? 'stop'
  const done = new Map<Node, StageRun>()
  const forced = new Set<Node>(options.force ? steps : [])
  const failed: { node: Node; error: unknown }[] = []
  const blocked = new Set<Node>()

  const pool = options.pool ?? resourcePool()
  const resources = new Map(
    steps.map((node) => [node, resourcesOf(node, pipeline.root, pool.capacity)]),
  )
  const rank = jobs === 1 ? new Map<Node, number>() : ranks(context, graph, steps)

  async function step(node: Node): Promise<void> {
    const started = context.clock.now()
    try {
      const run = await context.held.step(() => oneStep(context, node, forced.has(node), options))
      done.set(node, run)
      const moved = run.outcome === 'ran' || run.outcome === 'restored'
      if (options.forceDownstream && (moved || forced.has(node))) {
        for (const next of graph.feeds.get(node) ?? []) forced.add(next)
      }
    } catch (error) {
      failed.push({ node, error })
      const run = failure(node, error, context.clock.now() - started)
      done.set(node, run)
      context.emit({
        type: 'failed',
        stage: node.address,
        durationMs: run.durationMs ?? 0,
        code: error instanceof TidemillError ? error.code : 'unknown',
        message: run.error ?? '',
        ...(run.log === undefined ? {} : { log: run.log }),
      })
      if (onError === 'keep-going') block(node)
    }
  }

  /** What needs a failed stage is passed over. */
  function block(node: Node): void {
    for (const next of graph.feeds.get(node) ?? []) {
      if (done.has(next) || blocked.has(next)) continue
      blocked.add(next)
      block(next)
    }
  }

  const stopping = (): boolean =>
    options.signal?.aborted === true || (failed.length > 0 && onError === 'stop')

  await runSchedule({
    steps,
    graph,
    jobs,
    pool,
    resources,
    rank,
    stopping,
    blocked: (node) => blocked.has(node),
    run: (node) => step(node),
    passOver(node) {
      done.set(node, { stage: node.address, outcome: 'not reached', reasons: [] })
      context.emit({ type: 'skipped', stage: node.address, because: 'upstream failed' })
    },
  })
  const [first] = failed
  if (first && onError !== 'ignore') throw first.error
  if (options.signal?.aborted) throw new TidemillError('stage_cancelled', { at: '', log: '' })
  const stages = steps.flatMap((node) => {
    const run = done.get(node) ?? {
      stage: node.address,
      outcome: 'not reached' as const,
      reasons: [],
    }
    return isStage(node) || run.outcome !== 'unchanged' ? [run] : []
  })
  return {
    stages,
    changed: stages.some(({ outcome }) => outcome === 'ran' || outcome === 'restored'),
  }
}

async function oneStep(
  context: RunnerContext,
  node: Node,
  force: boolean,
  { allowMissing, confirm }: ReproOptions,
): Promise<StageRun> {
  const { inspect, emit, clock } = context
  const all = await inspect.reasons(node)
  const found = allowMissing ? withoutMissing(all) : all
  const reasons: readonly Reason[] = force
    ? [{ kind: 'forced', path: node.address, old: null, new: null }, ...found]
    : found
  if (!isStage(node)) {
    if (found.length === 0) return { stage: node.address, outcome: 'unchanged', reasons: [] }
    const started = clock.now()
    // what runs and records is loaded when there is something to do
    await (await import('./record-stage.ts')).recordData(context, node)
    return {
      stage: node.address,
      outcome: 'ran',
      reasons: found,
      durationMs: clock.now() - started,
    }
  }
  if (reasons.length === 0) {
    emit({ type: 'skipped', stage: node.address, because: 'unchanged' })
    return { stage: node.address, outcome: 'unchanged', reasons }
  }
  if (confirm && !(await confirm(node.address)))
    throw new TidemillError('stage_cancelled', { at: ` at ${node.address}`, log: '' })
  const { runStage } = await import('./stage-runner.ts')
  const ran = await runStage(context, node, reasons, context.runCache && !force)
  if (ran.result) {
    emit({
      type: 'finished',
      stage: node.address,
      durationMs: ran.durationMs,
      reasons,
      resources: ran.result.resources,
    })
  }
  return {
    stage: node.address,
    outcome: ran.outcome,
    reasons,
    durationMs: ran.durationMs,
    ...(ran.result ? { resources: ran.result.resources } : {}),
    ...(ran.log === undefined ? {} : { log: ran.log }),
    ...(ran.attempts === undefined ? {} : { attempts: ran.attempts }),
    ...(ran.trace ? { trace: ran.trace } : {}),
  }
}

function failure(node: Node, error: unknown, durationMs: number): StageRun {
  const log = error instanceof TidemillError ? error.details.log : undefined
  return {
    stage: node.address,
    outcome: 'failed',
    reasons: [],
    durationMs,
    error: error instanceof Error ? error.message : String(error),
    ...(typeof log === 'string' ? { log } : {}),
  }
}
