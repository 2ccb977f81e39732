export { openApp, type App, type AppOptions } from './app.ts'
export { serveScript, startServer, type RunningServer, type StartOptions } from './server.ts'
export { localCaller } from './local-caller.ts'
export { localIdentity } from '#auth'
export { runDemo, type DemoOptions, type DemoResult } from './demo/run-demo.ts'
export { initProject, type InitRequest, type InitResult } from './init.ts'
export { backupHome, restoreHome, type BackupResult, type RestoreResult } from './backup.ts'
export { copyMlflow } from './mlflow-copy/copy-mlflow.ts'
export type { CopyReport } from './mlflow-copy/copied.ts'
export { exportProject, importProject } from './project-folder.ts'
export { changeReport, type ChangeReport } from './report/change-report.ts'
export type { Host } from './report/host-api.ts'
export { postComment, type Posted } from './report/post-comment.ts'
export { postPlots } from './report/post-plots.ts'
export { assetsAt, reportMarker, reportMarkdown, type Assets } from './report/report-markdown.ts'
export { fetchBase } from './report/fetch-base.ts'
export { reportJson, writeReport } from './report/write-report.ts'
export { exportRuns, runsFormatOf, type RunsFormat } from './export-runs.ts'
export type { Rooms } from './rooms.ts'
export { rerun } from './steps/rerun.ts'
export {
  attribute,
  planAttribution,
  type AttributeEffects,
  type AttributeRequest,
} from './attribution/attribute.ts'
export {
  attributeNamed,
  planNamed,
  withProject,
  type NamedAttribution,
} from './attribution/workspace-attribution.ts'
export { makeSigningKey, readPublicKey, readSigningKey, signFolder } from './signing-keys.ts'
export { signStatement } from '#registry'
