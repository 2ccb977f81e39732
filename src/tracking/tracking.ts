import type { Clock, Metadata, ObjectStore } from '#store'
import { openArtifacts, type Artifacts } from './artifacts.ts'
import { openExperiments, type Experiments } from './experiments.ts'
import { openInputs, type Inputs } from './inputs.ts'
import { openLoggedModels, type LoggedModels } from './logged-models.ts'
import { openRuns, type Runs } from './runs.ts'
import { openRunTable, type RunTable } from './run-table/run-table.ts'
import { openTraces, type Traces } from './traces.ts'

/** What was tried, with what, and what came out: experiments, runs, their files, the models they left, and traces. */
export interface Tracking
  extends Experiments, Runs, RunTable, Artifacts, Inputs, LoggedModels, Traces {}

export interface TrackingParts {
  readonly metadata: Metadata
  readonly objects: ObjectStore
  readonly clock: Clock
}

export function openTracking({ metadata, objects, clock }: TrackingParts): Tracking {
  const experiments = openExperiments(metadata, clock)
  return {
    ...experiments,
    ...openRuns(metadata, clock, experiments),
    ...openRunTable(metadata, clock),
    ...openArtifacts(metadata, objects, clock),
    ...openInputs(metadata, clock),
    ...openLoggedModels(metadata, clock),
    ...openTraces(metadata, clock),
  }
}
