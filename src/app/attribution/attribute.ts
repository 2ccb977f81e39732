import { createHash } from 'node:crypto'
import type { Attribution, AttributionCause, AttributionPlan, AttributionRun } from '#contract'
import {
  openCounterfactuals,
  type Cause,
  type CounterfactualOptions,
  type Counterfactuals,
  type SideName,
} from '#pipeline'
import { everyone, hasPlayer, withPlayer, type Coalition } from '#stats'
import { counterfactualVariable } from '../counterfactual-variable.ts'
import { openJournal } from './journal.ts'
import { scheduleRuns, type Schedule } from './schedule.ts'
import { metricShares } from './shares.ts'

export interface AttributeRequest extends CounterfactualOptions {
  readonly from: SideName
  readonly to: SideName
  /** So many counterfactuals at most; 64 unless given, which is exact for six causes. */
  readonly runs?: number
  /** No further counterfactual is begun after so many seconds. */
  readonly seconds?: number
  /** Each is run so many times in all, to tell shares from noise. */
  readonly repeats?: number
  /** Counterfactuals at a time. */
  readonly jobs?: number
  readonly seed?: number
  /** What a reader should know of the sides. */
  readonly notes?: readonly string[]
}

export interface AttributeEffects {
  /** What the commands of stages find in their environment. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number, message: string) => void
  readonly now?: () => number
}

interface Opened {
  readonly work: Counterfactuals
  readonly schedule: Schedule
  readonly felt: readonly Coalition[]
  readonly chosen: (coalition: Coalition) => ReadonlySet<Cause>
}

/** What `attribute` would run: how many counterfactuals, how many of them need nothing, and how long it may take. */
export async function planAttribution(
  folder: string,
  request: AttributeRequest,
): Promise<AttributionPlan> {
  const { work, schedule, chosen } = open(folder, request)
  try {
    const stages = new Map<string, number | undefined>()
    let cached = 0
    for (const coalition of schedule.coalitions) {
      const needed = await work.forecast(chosen(coalition))
      if (needed.length === 0) cached += 1
      for (const { signature, seconds } of needed) stages.set(signature, seconds)
    }
    const repeats = Math.max(1, request.repeats ?? 1)
    const known = [...stages.values()].every((seconds) => seconds !== undefined)
    const seconds = [...stages.values()].reduce<number>((sum, each) => sum + (each ?? 0), 0)
    return {
      from: sideOf(work.from),
      to: sideOf(work.to),
      method: schedule.method,
      causes: causesOf(work),
      undeclared: [...work.undeclared],
      metrics: work.metrics.map((metric) => metric.id),
      counterfactuals: schedule.coalitions.length,
      cached,
      stages: stages.size,
      // what is forced to run again is not in the plan of the cache
      ...(known && repeats === 1 ? { seconds: seconds / (request.jobs ?? 1) } : {}),
    }
  } finally {
    work.close()
  }
}

/**
 * Each cause's share of what changed in each metric between two results, by running the pipeline with every combination of causes
 * that is needed. What was run stays in the run cache, so one that was interrupted goes on where it was. Errors:
 * `counterfactual_failed`, `stage_cancelled`.
 */
export async function attribute(
  folder: string,
  request: AttributeRequest,
  effects: AttributeEffects = {},
): Promise<Attribution> {
  const { now = Date.now, onProgress, ...rest } = effects
  const run = { ...rest, env: { ...(rest.env ?? process.env), [counterfactualVariable]: '1' } }
  const opened = open(folder, request)
  const { work, schedule, chosen } = opened
  const started = now()
  const repeats = Math.max(1, request.repeats ?? 1)
  const journal = openJournal(folder)
  const done = new Map<Coalition, AttributionRun>()
  const queue = [...schedule.coalitions]

  async function next(): Promise<void> {
    for (;;) {
      const over = request.seconds !== undefined && now() - started > request.seconds * 1000
      const coalition = over ? undefined : queue.shift()
      if (coalition === undefined) return
      const swapped = chosen(coalition)
      const ids = [...swapped].map((cause) => cause.id)
      onProgress?.(done.size, schedule.coalitions.length, wordsFor(ids, work))
      const began = now()
      const first = await work.run(swapped, run)
      const { metrics = [] } = request
      const key = { from: work.from.commit, to: work.to.commit, causes: ids, metrics }
      const again = repeats > 1 ? [...journal.samples(key)] : []
      while (again.length < repeats - 1) {
        const { metrics } = await work.run(swapped, { ...run, fresh: true })
        again.push(Object.fromEntries(metrics))
        await journal.keep(key, again)
      }
      done.set(coalition, {
        causes: ids,
        metrics: Object.fromEntries(first.metrics),
        stages: [...first.stages],
        runs: { ...first.runs },
        seconds: (now() - began) / 1000,
        repeats: again.slice(0, repeats - 1),
      })
    }
  }

  try {
    const workers = Array.from({ length: Math.max(1, request.jobs ?? 1) }, () =>
      next().catch((error: unknown) => {
        queue.length = 0
        throw error
      }),
    )
    // a tree may not go while a stage of it still runs
    for (const ended of await Promise.allSettled(workers))
      if (ended.status === 'rejected') throw ended.reason
    onProgress?.(done.size, schedule.coalitions.length, 'all counterfactuals are there')
    const found = resultOf(opened, done, request, started)
    await journal.save(found)
    return found
  } finally {
    work.close()
  }
}

function open(folder: string, request: AttributeRequest): Opened {
  const { from, to, runs = 64, seed = 1, ...options } = request
  const work = openCounterfactuals(folder, from, to, options)
  const felt = work.metrics.map((metric) =>
    work.causes.reduce(
      (set, cause, player) => (metric.causes.includes(cause) ? withPlayer(set, player) : set),
      0n,
    ),
  )
  return {
    work,
    felt,
    schedule: scheduleRuns(work.causes.length, felt, { runs, seed }),
    chosen: (coalition) => new Set(work.causes.filter((_, player) => hasPlayer(coalition, player))),
  }
}

function resultOf(
  { work, felt, schedule }: Opened,
  done: ReadonlyMap<Coalition, AttributionRun>,
  request: AttributeRequest,
  time: number,
): Attribution {
  const ids = work.causes.map((cause) => cause.id)
  const notes: string[] = [...(request.notes ?? [])]
  const metrics = work.metrics.flatMap((metric, index) => {
    const samples = new Map<Coalition, readonly number[]>()
    for (const [coalition, run] of done) {
      const values = [run.metrics, ...run.repeats].flatMap((each) => each[metric.id] ?? [])
      if (values.length > 0) samples.set(coalition, values)
    }
    const shares = metricShares(ids, felt[index] ?? 0n, samples, schedule)
    if (!shares) {
      notes.push(`Too little was run to share out ${metric.id}: it is left out.`)
      return []
    }
    const ends = [done.get(0n), done.get(everyone(ids.length))].map(
      (run) => run?.metrics[metric.id],
    )
    for (const [side, recorded, rerun] of [
      [work.from, metric.from, ends[0]],
      [work.to, metric.to, ends[1]],
    ] as const) {
      if (rerun !== undefined && rerun !== recorded)
        notes.push(
          `${metric.id} of ${side.name} is recorded as ${recorded} and came out as ${rerun}: something that no stage declares differs, or a stage does not repeat itself (look with --repeats).`,
        )
    }
    const { id, file, key, stage } = metric
    const [from = metric.from, to = metric.to] = ends
    return [
      {
        id,
        file,
        key,
        stage,
        from,
        to,
        change: to - from,
        method: shares.method,
        shares: [...shares.shares],
      },
    ]
  })
  if (work.undeclared.length > 0)
    notes.push(
      `${work.undeclared.length === 1 ? 'A file differs' : `${work.undeclared.length} files differ`} that no stage declares: ${work.undeclared.join(', ')}. A stage that reads one should name it under deps.`,
    )
  const complete = done.size === schedule.coalitions.length
  if (!complete)
    notes.push(
      `The time was over after ${done.size} of ${schedule.coalitions.length} counterfactuals; run it again to go on.`,
    )
  const exact = metrics.every((metric) => metric.method === 'exact')
  return {
    id: createHash('sha256')
      .update(JSON.stringify([work.from.commit, work.to.commit, request]))
      .digest('hex')
      .slice(0, 12),
    time,
    from: sideOf(work.from),
    to: sideOf(work.to),
    method: exact ? 'exact' : 'sampled',
    complete,
    causes: causesOf(work),
    undeclared: [...work.undeclared],
    metrics,
    runs: [...done.values()],
    notes,
  }
}

function sideOf({ name, commit }: { readonly name: string; readonly commit: string }) {
  return { name, commit }
}

function causesOf(work: Counterfactuals): AttributionCause[] {
  const record = (idle: boolean) => (cause: Cause) => ({
    id: cause.id,
    kind: cause.kind,
    title: cause.title,
    changes: [...cause.changes],
    idle,
  })
  return [...work.causes.map(record(false)), ...work.idle.map(record(true))]
}

function wordsFor(ids: readonly string[], { from, to }: Counterfactuals): string {
  return ids.length === 0 ? from.name : `${from.name} with ${ids.join(', ')} of ${to.name}`
}
