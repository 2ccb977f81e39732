// What a program sees as "tidemill" that has the package installed: it talks to a running server. Scripts of `tidemill exec` see the
// kit, which has the same words and more.

export { connect, startRun, type Client, type ConnectOptions } from './connect.ts'
export type { AutologOptions, LiveRun, RunRequest } from './live-run.ts'
export type { RunStatus } from './when-process-ends.ts'
export { operations, TidemillError, type Caller, type InputOf, type OutputOf } from '#contract'
