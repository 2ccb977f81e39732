import type { GraphStage, PlannedStage, StageDetails, StageReason } from '#contract'
import { TidemillError } from '#contract'
import {
  buildGraph,
  isStage,
  lastDone,
  loadPipeline,
  plan,
  reasonLine,
  stageAttempts,
  stageHistory,
  stageInputs,
  type PlanOptions,
  type Reason,
  type Stage,
  type StagePlan,
} from '#pipeline'
import type { LiveState } from '../live-stages.ts'

/** Every stage with what a run would do with it and what becomes of it now. */
export async function graphStages(
  workspace: string,
  live: ReadonlyMap<string, LiveState>,
): Promise<GraphStage[]> {
  const pipeline = loadPipeline(workspace)
  if (pipeline.stages.length === 0) return []
  const graph = buildGraph(pipeline)
  const planned = new Map((await plan(pipeline, { all: true })).map((each) => [each.stage, each]))
  return pipeline.stages.map((stage) => {
    const needs = (graph.needs.get(stage) ?? []).filter(isStage).map((each) => each.address)
    return graphStage(pipeline.root, stage, needs, planned.get(stage.address), live)
  })
}

function graphStage(
  root: string,
  stage: Stage,
  needs: string[],
  own: StagePlan | undefined,
  live: ReadonlyMap<string, LiveState>,
): GraphStage {
  const state = live.get(stage.address)
  const seconds = lastSeconds(root, stage.address)
  return {
    name: stage.address,
    file: stage.file,
    ...(stage.group === undefined ? {} : { group: stage.group }),
    command: typeof stage.cmd === 'string' ? stage.cmd : stage.cmd.join('\n'),
    needs,
    deps: stage.deps.map((dep) => dep.path),
    outs: stage.outs.map((out) => out.path),
    frozen: stage.frozen,
    action: own?.action ?? 'skip',
    reasons: (own?.reasons ?? []).map(reasonRecord),
    ...(state === undefined ? {} : { live: state }),
    ...(seconds === undefined ? {} : { seconds }),
  }
}

/** One stage with all that is known of it. Errors: `not_found`. */
export async function stageDetails(
  workspace: string,
  name: string,
  live: ReadonlyMap<string, LiveState>,
): Promise<StageDetails> {
  const pipeline = loadPipeline(workspace)
  const stage = pipeline.stages.find((each) => each.address === name)
  if (!stage) throw new TidemillError('not_found', { kind: 'stage', name })
  const graph = buildGraph(pipeline)
  const needs = (graph.needs.get(stage) ?? []).filter(isStage).map((each) => each.address)
  const planned = await plan(pipeline, { targets: [name] })
  const { deps, outs, params } = stageInputs(pipeline, graph, stage)
  return {
    stage: graphStage(
      pipeline.root,
      stage,
      needs,
      planned.find((each) => each.stage === name),
      live,
    ),
    wdir: stage.wdir,
    ...(stage.desc === undefined ? {} : { description: stage.desc }),
    deps: [...deps],
    outs: [...outs],
    params: [...params],
    attempts: [...stageAttempts(pipeline.root, name)],
    history: stageHistory(pipeline.root, stage).map((each) => ({
      ...each,
      changed: [...each.changed],
    })),
  }
}

/** What a run would do, and how long it took last time. */
export async function plannedStages(
  workspace: string,
  options: PlanOptions,
): Promise<{ readonly stages: PlannedStage[]; readonly seconds?: number }> {
  const pipeline = loadPipeline(workspace)
  const all = options.targets === undefined || options.targets.length === 0
  const planned = await plan(pipeline, { ...options, ...(all ? { all: true } : {}) })
  const stages = planned.map(({ stage, action, reasons }): PlannedStage => {
    const seconds = lastSeconds(pipeline.root, stage)
    return {
      stage,
      action,
      reasons: reasons.map(reasonRecord),
      ...(seconds === undefined ? {} : { seconds }),
    }
  })
  const due = stages.filter((each) => each.action === 'run')
  const known = due.every((each) => each.seconds !== undefined)
  const seconds = due.reduce((sum, each) => sum + (each.seconds ?? 0), 0)
  return { stages, ...(known ? { seconds } : {}) }
}

function lastSeconds(root: string, stage: string): number | undefined {
  return lastDone(root, stage)?.resources?.wallSeconds
}

function reasonRecord(reason: Reason): StageReason {
  return { kind: reason.kind, path: reason.path, summary: reasonLine(reason) }
}
