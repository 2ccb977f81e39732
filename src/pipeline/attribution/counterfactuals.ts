import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import { runKey } from '../cache/run-cache.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { metricsTree } from '../report/metrics.ts'
import { lastDone } from '../report/stage-attempts.ts'
import { findRoot, openRepository } from '../repository.ts'
import { plan } from '../run/plan.ts'
import { repro, type ReproOptions, type StageOutcome } from '../run/repro.ts'
import { findCauses, type Cause, type ParamsDetail } from './causes.ts'
import { openTree, type CounterfactualTree } from './counterfactual-tree.ts'
import { differences } from './differences.ts'
import { reachOf } from './influence.ts'
import { joinCauses } from './join-causes.ts'
import { metricTargets, type MetricTarget } from './metric-targets.ts'
import { rememberRuns } from './recorded-runs.ts'
import { metricNumbers } from './side-numbers.ts'
import { readSide, type Side, type SideName } from './side.ts'
import { stageFileName } from '../run/stage-file-name.ts'

export interface CounterfactualOptions {
  readonly params?: ParamsDetail
  /** Causes, by their ids, that are swapped together. */
  readonly together?: readonly (readonly string[])[]
  /** Metrics by key, file or `file:key`; all unless given. */
  readonly metrics?: readonly string[]
}

export interface RunOptions extends Pick<ReproOptions, 'env' | 'jobs' | 'signal' | 'onEvent'> {
  /** Runs every stage that a metric needs, whatever is in the cache, and keeps nothing of it. */
  readonly fresh?: boolean
}

export interface CounterfactualRun {
  /** Numbers by `file:key`. */
  readonly metrics: ReadonlyMap<string, number>
  readonly stages: readonly { readonly stage: string; readonly outcome: StageOutcome }[]
  /** For each stage that makes a metric, the address of its run in the run cache. */
  readonly runs: Readonly<Record<string, string>>
}

/** A stage that would run; two forecasts with one signature mean one run. */
export interface ForecastStage {
  readonly stage: string
  readonly signature: string
  readonly seconds: number | undefined
}

/** Two results of a pipeline and everything between them: any of their differences can be taken from either. */
export interface Counterfactuals {
  readonly from: Side
  readonly to: Side
  readonly causes: readonly Cause[]
  /** Causes that no chosen metric can feel, by what the pipeline declares. */
  readonly idle: readonly Cause[]
  readonly undeclared: readonly string[]
  readonly metrics: readonly MetricTarget[]
  /** What would run if these causes were taken from the second side. */
  forecast(swapped: ReadonlySet<Cause>): Promise<readonly ForecastStage[]>
  /** Runs it, several at a time if asked so. Errors: `counterfactual_failed`, `stage_cancelled`. */
  run(swapped: ReadonlySet<Cause>, options?: RunOptions): Promise<CounterfactualRun>
  close(): void
}

/** Errors: `not_found` for a revision, metric or cause that is none; `conflict` where nothing differs. */
export function openCounterfactuals(
  folder: string,
  one: SideName,
  other: SideName,
  options: CounterfactualOptions = {},
): Counterfactuals {
  const root = findRoot(folder)
  const repository = openRepository(root)
  const [from, to] = [readSide(root, one), readSide(root, other)]
  const found = findCauses(differences(root, from, to), from, to, options.params)
  const all = joinCauses(found.causes, options.together ?? [])
  const reach = reachOf(root, all, from, to)
  const metrics = metricTargets(root, from, to, reach, options.metrics)
  const causes = all.filter((cause) => metrics.some((metric) => metric.causes.includes(cause)))
  const targets = [...new Set(metrics.map((metric) => metric.stage))]
  for (const side of [from, to]) rememberRuns(repository, side)
  const free: CounterfactualTree[] = []
  const trees: CounterfactualTree[] = []
  const measured = new Map<string, number>()

  async function inTree<T>(
    swapped: ReadonlySet<Cause>,
    work: (pipeline: Pipeline, root: string, targets: readonly string[]) => Promise<T>,
  ): Promise<T> {
    let tree = free.pop()
    if (!tree) {
      tree = await openTree(repository, causes, targets, from, to)
      trees.push(tree)
    }
    try {
      const pipeline = await tree.bring(swapped)
      const here = new Set(pipeline.stages.map((stage) => stage.address))
      return await work(
        pipeline,
        tree.root,
        targets.filter((stage) => here.has(stage)),
      )
    } catch (error) {
      throw failure(error, swapped)
    } finally {
      free.push(tree)
    }
  }

  function failure(error: unknown, swapped: ReadonlySet<Cause>): unknown {
    if (!(error instanceof TidemillError) || error.code === 'stage_cancelled') return error
    const { stage, log } = error.details
    const names = [...swapped].map((cause) => cause.id).join(', ')
    let problem = error.message
    if (typeof log === 'string' && typeof stage === 'string') {
      const kept = join(repository.own, 'logs', `counterfactual-${stageFileName(stage)}.log`)
      mkdirSync(join(repository.own, 'logs'), { recursive: true })
      copyFileSync(log, kept)
      problem = `${problem} Its log is at ${kept}.`
    }
    return new TidemillError(
      'counterfactual_failed',
      { causes: names || 'nothing', to: to.name, from: from.name, problem },
      error,
    )
  }

  return {
    from,
    to,
    causes,
    idle: all.filter((cause) => !causes.includes(cause)),
    undeclared: found.undeclared,
    metrics,
    forecast: (swapped) =>
      inTree(swapped, async (pipeline, _, here) => {
        const planned = await plan(pipeline, { targets: here })
        return planned.flatMap(({ stage, action }) => {
          if (action !== 'run') return []
          const felt = [...swapped].filter((cause) => reach.get(cause)?.has(stage))
          return [
            {
              stage,
              signature: [stage, ...felt.map((cause) => cause.id).sort()].join('\n'),
              seconds: measured.get(stage) ?? lastDone(root, stage)?.resources?.wallSeconds,
            },
          ]
        })
      }),
    run: (swapped, { fresh, onEvent, ...rest } = {}) =>
      inTree(swapped, async (pipeline, place, here) => {
        const { stages } = await repro(pipeline, {
          ...rest,
          targets: here,
          ...(fresh ? { force: true, runCache: false, commit: false } : {}),
          onEvent(event) {
            if (event.type === 'finished') measured.set(event.stage, event.resources.wallSeconds)
            onEvent?.(event)
          },
        })
        const locks = openLocks(place)
        const made = pipeline.stages.filter((stage) => here.includes(stage.address))
        return {
          metrics: metricNumbers(metricsTree(place)),
          stages: stages.map(({ stage, outcome }) => ({ stage, outcome })),
          runs: Object.fromEntries(
            made.flatMap((stage) => {
              const locked = locks.get(stage)
              return locked ? [[stage.address, runKey(locked)]] : []
            }),
          ),
        }
      }),
    close() {
      for (const tree of trees) tree.close()
    },
  }
}
