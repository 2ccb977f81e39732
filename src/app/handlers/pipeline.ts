import { operations, TidemillError } from '#contract'
import { attemptLog, loadPipeline, stageAttempts } from '#pipeline'
import { implement, type Context } from '../handler.ts'
import { jobRecord } from '../job-record.ts'
import { graphStages, plannedStages, stageDetails } from '../steps/stage-view.ts'

const { pipelines } = operations

/** A longer log is shown by its end. */
const shownBytes = 400_000

export const pipelineHandlers = [
  implement(pipelines.graph, async (_, { rooms, app }) => ({
    stages: await graphStages(rooms.workspace, app.live.of(rooms.project)),
  })),

  implement(pipelines.stage, ({ name }, { rooms, app }) =>
    stageDetails(rooms.workspace, name, app.live.of(rooms.project)),
  ),

  implement(pipelines.log, async ({ name, attempt }, { rooms }) => {
    const { root, stages } = loadPipeline(rooms.workspace)
    if (!stages.some((stage) => stage.address === name))
      throw new TidemillError('not_found', { kind: 'stage', name })
    const text = attemptLog(root, name, attempt)
    if (text === undefined)
      throw new TidemillError('not_found', { kind: `attempt of ${name}`, name: attempt })
    const found = stageAttempts(root, name).find((each) => each.id === attempt)
    const bytes = Buffer.byteLength(text)
    const cut = text.length > shownBytes ? text.indexOf('\n', text.length - shownBytes) + 1 : 0
    return { text: text.slice(cut), bytes, running: found?.exitCode === undefined }
  }),

  implement(pipelines.plan, ({ targets, downstream, force }, { rooms }) =>
    plannedStages(rooms.workspace, {
      ...(targets === undefined ? {} : { targets }),
      downstream: downstream ?? false,
      force: force ?? false,
    }),
  ),

  implement(pipelines.repro, async (input, context) => {
    // Read now, so that a file that cannot be read is said at once and not in a job.
    loadPipeline(context.rooms.workspace)
    return queued(context, 'repro', input)
  }),
]

/** Puts work in the queue; the same work that waits or runs already is not done twice. */
export async function queued(
  { rooms, app }: Context,
  kind: string,
  payload: object,
  key: string = kind,
) {
  const job = await rooms.jobs.add({ kind, payload, key, maxAttempts: 1 })
  app.events.emit('jobs', job.id)
  return { job: jobRecord(job) }
}
