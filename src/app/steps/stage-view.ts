import type { GraphStage, PlannedStage, RunForecast, StageDetails, StageReason } from '#contract'
import { TidemillError } from '#contract'
import {
  buildGraph,
  isStage,
  lastAttempt,
  lastDone,
  loadPipeline,
  plan,
  planForecast,
  reasonLine,
  stageAttempts,
  stageHistory,
  stageInputs,
  type PlanOptions,
  type Reason,
  type Stage,
  type StagePlan,
} from '#pipeline'
import { liveState, type Heard } from '../live-stages.ts'
import { stagesAtATime } from './reproduce.ts'

/** Every stage with what a run would do with it and what becomes of it now. */
export async function graphStages(
  workspace: string,
  heard: ReadonlyMap<string, Heard>,
): Promise<GraphStage[]> {
  const pipeline = loadPipeline(workspace)
  if (pipeline.stages.length === 0) return []
  const graph = buildGraph(pipeline)
  const planned = new Map((await plan(pipeline, { all: true })).map((each) => [each.stage, each]))
  return pipeline.stages.map((stage) => {
    const needs = (graph.needs.get(stage) ?? []).filter(isStage).map((each) => each.address)
    return graphStage(pipeline.root, stage, needs, planned.get(stage.address), heard)
  })
}

function graphStage(
  root: string,
  stage: Stage,
  needs: string[],
  own: StagePlan | undefined,
  heard: ReadonlyMap<string, Heard>,
): GraphStage {
  const state = liveState(heard.get(stage.address), lastAttempt(root, stage.address))
  const seconds = lastDone(root, stage.address)?.resources?.wallSeconds
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
  heard: ReadonlyMap<string, Heard>,
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
      heard,
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

/** What a run would do, and what it will take. */
export async function plannedStages(
  workspace: string,
  options: PlanOptions,
): Promise<{ readonly stages: PlannedStage[]; readonly forecast?: RunForecast }> {
  const pipeline = loadPipeline(workspace)
  const all = options.targets === undefined || options.targets.length === 0
  const planned = await plan(pipeline, { ...options, ...(all ? { all: true } : {}) })
  const forecast = await planForecast(pipeline, planned, stagesAtATime)
  return {
    stages: planned.map(({ stage, action, reasons }) => ({
      ...{ stage, action },
      reasons: reasons.map(reasonRecord),
    })),
    ...(forecast ? { forecast: { ...forecast, unknown: [...forecast.unknown] } } : {}),
  }
}

function reasonRecord(reason: Reason): StageReason {
  return { kind: reason.kind, path: reason.path, summary: reasonLine(reason) }
}
