import type { Tracking } from '#tracking'
import type { ExperimentReach } from '../experiment-reach.ts'
import { viewOfEvaluation } from './evaluation.ts'
import { viewOfExperiments } from './experiments.ts'
import { viewOfIssues } from './issues.ts'
import { viewOfLoggedModels } from './logged-models.ts'
import { viewOfReview } from './review.ts'
import { viewOfRunTable } from './run-table.ts'
import { viewOfRuns } from './runs.ts'
import { viewOfTraces } from './traces.ts'

/**
 * Tracking as somebody may see and change it who has roles in some experiments only. Each method is written out, none is passed on by
 * itself: one that is new is not there until somebody has said who may.
 */
export function trackingView(tracking: Tracking, reach: ExperimentReach): Tracking {
  return {
    ...viewOfExperiments(tracking, reach),
    ...viewOfRuns(tracking, reach),
    ...viewOfRunTable(tracking, reach),
    ...viewOfLoggedModels(tracking, reach),
    ...viewOfTraces(tracking, reach),
    ...viewOfEvaluation(tracking, reach),
    ...viewOfIssues(tracking, reach),
    ...viewOfReview(tracking, reach),
  }
}
