// A small door of the room: what a home is told of stages and experiments that ran, for commands that ran them.
export { recordExperiment } from './steps/record-experiment.ts'
export {
  homePlace,
  recordExperiments,
  type RecordedExperiment,
} from './steps/record-experiments.ts'
export { recordStageResources, runNotes } from './steps/record-stage-resources.ts'
