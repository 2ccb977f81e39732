import { activityStamp, findRoot } from '#pipeline'
import type { App } from './app.ts'

const lookEveryMs = 1_000

/**
 * Tells every project when somebody works on the pipeline outside of this server: a `repro` in a terminal, a worker of the queue, real
 * `dvc`. It asks for the times of files, which every kind of disk has; news of changes do not come from network shares.
 */
export async function watchPipeline(
  { workspace, clock, eventsOf, opened }: Pick<App, 'workspace' | 'clock' | 'eventsOf' | 'opened'>,
  signal: AbortSignal,
): Promise<void> {
  let before = activityStamp(findRoot(workspace))
  let settling = false
  while (!signal.aborted) {
    await clock.sleep(lookEveryMs, signal).catch(() => undefined)
    const now = activityStamp(findRoot(workspace))
    const changed = now !== before
    // once more at the next look: how an attempt ended is noted a moment after its process is gone
    if (changed || settling)
      for (const { project } of opened()) eventsOf(project).emit('pipeline', '*')
    before = now
    settling = changed
  }
}
