// A small door of the room: a home opened in this process, for commands that ask one thing and end.
export { localIdentity } from '#auth'
export { openApp } from './app.ts'
export { localCaller } from './local-caller.ts'
export { recordExperiment } from './steps/record-experiment.ts'
export {
  homePlace,
  recordExperiments,
  type RecordedExperiment,
} from './steps/record-experiments.ts'
export { recordStageResources, runNotes } from './steps/record-stage-resources.ts'
