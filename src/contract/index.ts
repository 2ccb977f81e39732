export { explainFullDisk, isDiskFull, TidemillError, type ErrorDetails } from './error.ts'
export { BadPattern, linearPattern, type Effort, type LinearPattern } from './linear-pattern.ts'
export { catalogue, type ErrorCode } from './error-catalogue.ts'
export { digestFromHex, hexOf, isDigest, type Digest } from './digest.ts'
export { newId } from './id.ts'
export { joinArguments, splitArguments } from './argument-text.ts'
export {
  readRequirement,
  requirementKindNames,
  requirementKinds,
  requirementTexts,
  type RequirementField,
  type RequirementKind,
} from './requirement-fields.ts'
export { isSystemMetric } from './system-metric.ts'
export { measured, measuredNumber, readRun } from './measured.ts'
export { commitOf, dataOf, programOf, scriptLine, uncommittedPath } from './run-origin.ts'
export { permissions, type Permission } from './permission.ts'
export { Type } from './type.ts'

export {
  operation,
  pathParameters,
  type InputOf,
  type Operation,
  type OutputOf,
} from './operation.ts'
export { allOperations, operations } from './operations/all.ts'

export {
  CleaningAction,
  Dataset,
  DatasetVersion,
  Profile,
  Rule,
  ValidationReport,
} from './shapes/dataset.ts'
export { DataRow } from './shapes/common.ts'
export { Artifact, Experiment, RecordedSource, Run, RunSource, Uncommitted } from './shapes/run.ts'
export { Retention, RetentionEffect, RetentionRule } from './shapes/retention.ts'
export { RunAbout, RunDataset, RunName } from './shapes/run-about.ts'
export {
  EvaluationDataset,
  EvaluationDatasetRemoval,
  EvaluationRecord,
} from './shapes/evaluation-dataset.ts'
export { LoggedModel, Prompt, PromptVersion, VersionName } from './shapes/logged-model.ts'
export {
  SpanAttachment,
  SpanDetail,
  SpanLine,
  SpanPart,
  Tokens,
  Trace,
  TraceAssessment,
  TraceAttachment,
} from './shapes/trace.ts'
export { Cause, FileDiff, RunDifference } from './shapes/run-difference.ts'
export type {
  GroupHistory,
  Measured,
  RunGroup,
  RunHistory,
  RunRow,
  RunRows,
  Spread,
} from './shapes/run-table.ts'
export { ExperimentTree, Folder, GarbageReport, Rerun } from './shapes/organise.ts'
export {
  AliasChange,
  AliasPolicy,
  Condition,
  GateCheck,
  GateReport,
  Manifest,
  MetricName,
  Model,
  ModelFacts,
  ModelVersion,
  OutputField,
  Requirement,
  Signature,
  SignatureField,
} from './shapes/model.ts'
export {
  AliasRequest,
  CardEdit,
  Consumer,
  ConsumerContract,
  Envelope,
  FileState,
  ModelRemoval,
  TrustedKey,
  Verification,
  VersionComparison,
  VersionLineage,
  VersionSignature,
  Vote,
} from './shapes/registry.ts'
export { Answer, Endpoint, Prediction, Reason } from './shapes/endpoint.ts'
export { Alarm, ColumnDrift, DriftReport, Monitor } from './shapes/monitor.ts'
export { LabelQueue, LabelTask } from './shapes/labeling.ts'
export { Decision, Health, Loop, LoopPart, PlannedChange, Policy } from './shapes/loop.ts'
export { JobRecord } from './shapes/job.ts'
export {
  AttemptState,
  AttemptUse,
  DataFileChange,
  DataVersionChange,
  ExperimentBaseline,
  GraphStage,
  PipelineExperiment,
  PlannedStage,
  QueueStanding,
  Revision,
  RunForecast,
  StageAttempt,
  StageDetails,
  StageFile,
  StageReason,
  StageRecord,
  StorageUse,
  TableChange,
} from './shapes/pipeline.ts'
export {
  Attribution,
  AttributionCause,
  AttributionMetric,
  AttributionPlan,
  AttributionRun,
  AttributionShare,
} from './shapes/attribution.ts'
export { LineageGraph } from './operations/lineage.ts'
export { GroupRecord, PlaceGrant, TokenRecord, UserRecord } from './operations/identity.ts'

export {
  DatasetDeclaration,
  Declaration,
  EndpointDeclaration,
  FeaturesDeclaration,
  LabelingDeclaration,
  ModelDeclaration,
  MonitorDeclaration,
  PolicyDeclaration,
} from './declaration.ts'
export { httpCaller, type Caller, type ClientOptions, type UploadBody } from './client.ts'
