import { operations, type Caller } from '#contract'
import { attemptName, attemptRecord, attemptTag } from '#pipeline'
/** Where runs are found and written to: a project's tracking, or what a caller reaches. */
export interface RunNotes {
  search(query: { readonly filter: string; readonly limit: number }): Promise<{
    readonly items: readonly { readonly id: string }[]
  }>
  log: (
    run: string,
    entries: { readonly metrics: { readonly key: string; readonly value: number }[] },
  ) => Promise<unknown>
}

export function runNotes(caller: Caller): RunNotes {
  return {
    search: async (query) => ({ items: (await caller.call(operations.runs.search, query)).runs }),
    log: (run, { metrics }) => caller.call(operations.runs.log, { run, metrics }),
  }
}

/** One attempt of a stage makes no more runs than this that are told what it used. */
const mostRuns = 200

/**
 * Gives runs that stages made what the stages used, as metrics of the system: seconds, memory, bytes. `logs` are those of attempts
 * that ended; one that still runs, or made no run, gives nothing.
 */
export async function recordStageResources(notes: RunNotes, logs: Iterable<string>): Promise<void> {
  for (const log of logs) {
    const resources = attemptRecord(log)?.resources
    if (resources === undefined) continue
    const { items } = await notes.search({
      filter: `tags.\`${attemptTag}\` = '${attemptName(log)}'`,
      limit: mostRuns,
    })
    const metrics = [
      { key: 'system/stage_wall_seconds', value: resources.wallSeconds },
      { key: 'system/stage_cpu_seconds', value: resources.cpuSeconds },
      { key: 'system/stage_peak_rss_bytes', value: resources.peakRssBytes },
      { key: 'system/stage_read_bytes', value: resources.readBytes },
      { key: 'system/stage_written_bytes', value: resources.writtenBytes },
    ]
    for (const run of items) await notes.log(run.id, { metrics })
  }
}
