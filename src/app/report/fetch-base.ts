import { commonCommit, fetch, loadPipeline } from '#pipeline'

/** Brings the metrics and plots that the base of a report records, where a clone has none but its own. Errors: those of `fetch`. */
export async function fetchBase(folder: string, name: string): Promise<void> {
  const pipeline = loadPipeline(folder)
  const revisions = [commonCommit(pipeline.root, name)]
  for (const kind of ['metric', 'plot'] as const)
    await fetch(pipeline, { also: { revisions }, kind })
}
