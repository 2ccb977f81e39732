export { openApp, type App, type AppOptions } from './app.ts'
export { startServer, type RunningServer, type StartOptions } from './server.ts'
export { localCaller } from './local-caller.ts'
export { localIdentity } from '#auth'
export { runDemo, type DemoOptions, type DemoResult } from './demo.ts'
export { initProject, type InitRequest, type InitResult } from './init.ts'
export { declareCommand } from './client/source.ts'
export { closeKit } from './kit/connect.ts'
export { registerKit } from './kit/register.ts'
export { workspaceEnvironment, workspaceRepro, workspaceRerun } from './workspace.ts'
export { examine, type Finding } from './doctor.ts'
export { backupHome, restoreHome, type BackupResult, type RestoreResult } from './backup.ts'
export {
  readChoice,
  readValue,
  searchRuns,
  trainRun,
  type SearchRequest,
  type TrainRequest,
} from './train.ts'
export { copyMlflow } from './mlflow-copy/copy-mlflow.ts'
export type { CopyReport } from './mlflow-copy/copied.ts'
export { exportProject, importProject } from './project-folder.ts'
export { exportRuns, runsFormatOf, type RunsFormat } from './export-runs.ts'
export { changeReport } from './report.ts'
export type { Rooms } from './rooms.ts'
