export { loadPipeline, type LoadOptions } from './load-pipeline.ts'
export {
  findRepository,
  findRoot,
  initRepository,
  openRepository,
  type Repository,
} from './repository.ts'
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

export type { ChangeState, Reason } from './reason.ts'
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
export type {
  Executor,
  ResourceRecord,
  StageResult,
  StageTask,
  TaskContext,
} from './run/executor.ts'
export { localExecutor, type LocalExecutorOptions } from './run/local-executor.ts'
export { isolatedExecutor } from './run/isolated/isolated-executor.ts'
export { stageEnvironment } from './run/stage-environment.ts'
export { planForecast } from './run/plan-forecast.ts'
export type { Expected, Forecast } from './run/forecast.ts'
export { resourcePool, type ResourcePool } from './run/resource-pool.ts'
export { stageLogs, stageMark, type AttemptRecord, type StageLog } from './run/stage-logs.ts'
export { bytesText } from './run/stage-settings.ts'
export type { TraceReport } from './run/trace/trace-report.ts'
export { withRepositoryLock } from './run/repository-lock.ts'

export {
  status,
  dvcStatus,
  whyChanged,
  type DvcStatus,
  type NodeStatus,
} from './versions/status.ts'
export { add, type Added } from './versions/add.ts'
export { commit } from './versions/commit.ts'
export { checkout, type CheckoutOptions, type CheckoutResult } from './versions/checkout.ts'
export { bringObjects } from './versions/bring-runs.ts'
export { pullForRun } from './versions/pull-for-run.ts'
export { push } from './versions/push.ts'
export { fetch, pull, type FetchResult } from './versions/fetch.ts'
export { remoteStatus, type RemoteStatus } from './versions/remote-status.ts'
export type { TransferOptions, TransferResult } from './versions/transfer-set.ts'
export { remoteAt } from './remotes/open-remote.ts'
export type { Remote } from './remotes/remote.ts'
export { gc, type GcOptions, type GcResult } from './versions/gc.ts'
export { commonCommit, revisionsOf as commitsOf, type RevisionScope } from './versions/revisions.ts'

export {
  dag,
  dagDot,
  dagMermaid,
  dagText,
  type Dag,
  type DagEdge,
  type DagNode,
  type DagOptions,
} from './report/dag.ts'
export {
  paramsChanges,
  paramsDiff,
  paramsShow,
  paramsTree,
  type RevisionsOptions,
} from './report/params.ts'
export { metricsChanges, metricsDiff, metricsShow, metricsState } from './report/metrics.ts'
export { plotsShow, type Plot, type PlotSeries, type PlotsOptions } from './report/plots.ts'
export { plotsPage } from './report/plots-page.ts'
export { missingColumns } from './report/plot-columns.ts'
export { plotsJson, vegaOf } from './report/plots-json.ts'
export { plotTemplate, templateNames } from './report/plot-templates.ts'
export {
  diffTree,
  type ValueChange,
  type ValueChangeRow,
  type ValueDiff,
} from './report/value-diff.ts'
export { diffTable, markdownTable, valueText, type TextTable } from './report/value-table.ts'
export { isMap, type Value, type ValueMap } from './values/value.ts'
export { pythonJson } from './values/python-json.ts'
export { flatValues, plainLeaves } from './values/flat-values.ts'
export { toPlain, type Plain } from './values/plain.ts'
export { setFrozen } from './versions/freeze.ts'
export { expPlan, expRun, type Experiment, type ExperimentOptions } from './experiments/exp-run.ts'
export { dataDiff, type DataDiff, type DataDiffOptions } from './versions/data-diff.ts'
export { dataStatus, type DataStatus, type DataStatusOptions } from './versions/data-status.ts'
export type { DataChange, DataChanges } from './versions/tracked-data.ts'
export {
  addRemote,
  configEntries,
  levelFor,
  modifyRemote,
  remoteList,
  removeRemote,
  renameRemote,
  setCacheFolder,
  setConfig,
  setDefaultRemote,
  type ConfigEntry,
} from './configuration.ts'
export type { ConfigLevel, RemoteConfig } from './config.ts'
export { remove } from './versions/remove.ts'
export { addStage, type NewStage } from './versions/stage-file.ts'
export { getGit, getUrl, urlOfGit, type GetOptions, type Got } from './versions/get-data.ts'
export { listRepository, type Listed } from './versions/list-repository.ts'
export { unprotect } from './versions/unprotect.ts'
export { migrateCache, type Migrated } from './versions/migrate-cache.ts'
export { targetNames } from './versions/recorded-outputs.ts'
export { mergeLocks, type Merged } from './versions/merge-lock.ts'
export { mergeDataFiles } from './versions/merge-data.ts'
export { setUpGit, type GitSetup } from './versions/git-setup.ts'
export { move, type Moved } from './versions/move.ts'
export { fsck, type FsckResult } from './versions/fsck.ts'
export { applyExperiment, type Applied } from './experiments/apply-experiment.ts'
export {
  branchExperiment,
  experiments,
  removeExperiments,
  renameExperiment,
  type ExperimentRef,
} from './experiments/experiment-refs.ts'
export {
  experimentTable,
  experimentTree,
  type ExperimentRow,
} from './experiments/experiment-table.ts'
export type { Baseline } from './experiments/baselines.ts'
export { experimentsBeside } from './experiments/beside/experiments-beside.ts'
export { commitTime } from './git.ts'
export { toldExperiments, type ToldExperiments } from './experiments/told-experiments.ts'
export type { ExperimentChoice, ExperimentsRead } from './experiments/read-experiments.ts'
export { saveWorkTree } from './experiments/exp-save.ts'
export { openOwnTree, removeDeadTrees } from './experiments/own-tree.ts'
export {
  pullExperiments,
  pushExperiments,
  remoteExperiments,
  removeRemoteExperiments,
  renameRemoteExperiment,
  type ShareOptions,
} from './experiments/share-experiments.ts'
export { gridOf, readOverride, type Domain, type Override } from './experiments/sweep.ts'
export { refuseComposition } from './experiments/hydra-composition.ts'
export { drawPoints } from './experiments/draw-points.ts'
export type { Tried } from './experiments/suggest.ts'
export { experimentsTried } from './experiments/experiments-tried.ts'
export { enqueue, type EnqueueOptions } from './experiments/queue/enqueue.ts'
export {
  openQueue,
  type ExperimentQueue,
  type QueuedExperiment,
  type QueueState,
} from './experiments/queue/queue-store.ts'
export { presentState, queueStanding, type QueueStanding } from './experiments/queue/queue-state.ts'
export { queueIsWorked, workQueue, type WorkerOptions } from './experiments/queue/queue-worker.ts'
export { importGit, importUrl, type ImportUrlOptions } from './versions/import-data.ts'
export type { Imported, ImportOptions } from './versions/import-file.ts'
export { updateImports, type UpdateOptions } from './versions/update-imports.ts'
export { addToRemote } from './versions/add-to-remote.ts'
export { listUrl, type ListedUrl } from './versions/list-url.ts'
export { artifactUrl, getArtifact, type ArtifactOptions } from './versions/get-artifact.ts'
export type { SourceAccess } from './versions/git-source.ts'
export {
  openCounterfactuals,
  type CounterfactualOptions,
  type CounterfactualRun,
  type Counterfactuals,
} from './attribution/counterfactuals.ts'
export type { Cause, CauseKind, ParamsDetail } from './attribution/causes.ts'
export type { MetricTarget } from './attribution/metric-targets.ts'
export type { NamedCommit, SideName } from './attribution/side.ts'
export { revisionWith } from './attribution/revision-with.ts'
export { sharedMetrics } from './attribution/shared-metrics.ts'
export {
  cachedObject,
  dataVersions,
  type ChangedFile,
  type DataState,
  type DataVersion,
} from './versions/data-versions.ts'
export {
  attemptLog,
  attemptState,
  attemptUse,
  lastAttempt,
  lastDone,
  stageAttempts,
  type AttemptState,
  type StageAttempt,
} from './report/stage-attempts.ts'
export { readEnd, type FileEnd } from './files/file-end.ts'
export { activityStamp } from './report/activity-stamp.ts'
export { reasonLine } from './report/reason-line.ts'
export { attemptName, attemptTag } from './run/attempt-environment.ts'
export { attemptRecord } from './run/stage-logs.ts'
export { plotShape, plotSvg } from './report/plot-svg.ts'
export { stagesAgainst, type StageAgainst } from './report/stages-against.ts'
export { stageHistory, type StageRecord } from './report/stage-history.ts'
export { knownRevisions, type KnownRevision } from './report/known-revisions.ts'
export { storageUse, type StorageUse } from './versions/storage-use.ts'
export { stageInputs, type StageFile, type StageInputs } from './report/stage-inputs.ts'
