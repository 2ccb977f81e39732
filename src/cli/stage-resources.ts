import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BaseOptions } from './base-command.ts'
import { homeOf, projectOf, urlOf, withCaller } from './connect.ts'
import { yellow } from './output.ts'

/**
 * Tells the runs that stages made what the stages used, where there is a project that runs can be in; `logs` are those of their
 * attempts. The stages are recorded whether that works or not.
 */
export async function noteResources(logs: readonly string[], options: BaseOptions): Promise<void> {
  const place = join(homeOf(options), 'projects', projectOf(options))
  if (logs.length === 0 || (urlOf(options) === undefined && !existsSync(place))) return
  try {
    const { recordStageResources, runNotes } = await import('#app/record')
    await withCaller(options, (caller) => recordStageResources(runNotes(caller), logs))
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    process.stderr.write(`${yellow('!')} What the stages used is not with their runs: ${problem}\n`)
  }
}
