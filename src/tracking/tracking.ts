import type { Clock, Metadata, ObjectStore } from '#store'
import { openArtifacts, type Artifacts } from './artifacts.ts'
import { openExperiments, type Experiments } from './experiments.ts'
import { openHistories, type Histories } from './histories.ts'
import { openIssues, type Issues } from './issues.ts'
import { openInputs, type Inputs } from './inputs.ts'
import { openLoggedModels, type LoggedModels } from './logged-models.ts'
import { openMetricRanges, type MetricRanges } from './metric-ranges.ts'
import { openModelPoints, type ModelPoints } from './model-points.ts'
import {
  openEvaluationDatasets,
  type EvaluationDatasets,
} from './evaluation/evaluation-datasets.ts'
import { openEvaluationRecords, type EvaluationRecords } from './evaluation/evaluation-records.ts'
import { openScorers, type Scorers } from './evaluation/scorers.ts'
import { openFolders, type Folders } from './organise/folders.ts'
import { openMovingRuns, type MovingRuns } from './organise/move-runs.ts'
import { openOwners, type Owners } from './organise/owners.ts'
import { openPurge, type Purge } from './organise/purge.ts'
import { openRetention, type RetentionRules } from './organise/retention.ts'
import { openRunInfos, type RunInfos } from './organise/run-infos.ts'
import { openLabelSchemas, type LabelSchemas } from './review/label-schemas.ts'
import { openReviewItems, type ReviewItems } from './review/review-items.ts'
import { openReviewQueues, type ReviewQueues } from './review/review-queues.ts'
import { openRuns, type Runs } from './runs.ts'
import { openRunTable, type RunTable } from './run-table/run-table.ts'
import { openTraces, type Traces } from './traces.ts'

/** What was tried, with what, and what came out: experiments, runs, their files, the models they left, and traces. */
export interface Tracking
  extends
    Experiments,
    Runs,
    Histories,
    MetricRanges,
    RunTable,
    Artifacts,
    Inputs,
    LoggedModels,
    ModelPoints,
    Traces,
    Folders,
    MovingRuns,
    RunInfos,
    Owners,
    Purge,
    RetentionRules,
    EvaluationDatasets,
    EvaluationRecords,
    Issues,
    Scorers,
    LabelSchemas,
    ReviewQueues,
    ReviewItems {}

export interface TrackingParts {
  readonly metadata: Metadata
  readonly objects: ObjectStore
  readonly clock: Clock
}

export function openTracking({ metadata, objects, clock }: TrackingParts): Tracking {
  const experiments = openExperiments(metadata, clock)
  const histories = openHistories(metadata)
  const evaluation = openEvaluationDatasets(metadata, clock)
  return {
    ...experiments,
    ...openRuns(metadata, clock, experiments),
    ...histories,
    ...openMetricRanges(metadata),
    ...openRunTable(metadata, clock, histories),
    ...openArtifacts(metadata, objects, clock),
    ...openInputs(metadata, clock),
    ...openLoggedModels(metadata, clock),
    ...openModelPoints(metadata),
    ...openTraces(metadata, clock),
    ...openFolders(metadata, clock),
    ...openMovingRuns(metadata, clock),
    ...openRunInfos(metadata),
    ...openOwners(metadata),
    ...openPurge(metadata),
    ...openRetention(metadata, clock),
    ...evaluation,
    ...openEvaluationRecords(metadata, clock, evaluation),
    ...openScorers(metadata, clock),
    ...openIssues(metadata, clock),
    ...openLabelSchemas(metadata, clock, experiments),
    ...openReviewQueues(metadata, clock, experiments),
    ...openReviewItems(metadata, clock),
  }
}
