export { loadPipeline, type LoadOptions } from './load-pipeline.ts'
export { findRoot, initRepository, openRepository, type Repository } from './repository.ts'
export type {
  DataFile,
  Dependency,
  Entry,
  LockedStage,
  Output,
  OutputKind,
  ParamsDependency,
  Pipeline,
  PipelineFile,
  Stage,
} from './model.ts'
export { buildGraph, downstreamOf, inOrder, isStage, type Graph, type Node } from './graph.ts'

export type { ChangeState, Reason } from './changes.ts'
export {
  plan,
  type PlanOptions,
  type ScopeOptions,
  type StageAction,
  type StagePlan,
} from './run/plan.ts'
export {
  repro,
  type ReproOptions,
  type ReproResult,
  type StageOutcome,
  type StageRun,
} from './run/repro.ts'
export type { ReproEvent } from './run/repro-event.ts'
export type { Executor, ResourceRecord, StageResult, StageTask } from './run/executor.ts'
export { localExecutor, type LocalExecutorOptions } from './run/local-executor.ts'
export { withRepositoryLock } from './run/repository-lock.ts'
