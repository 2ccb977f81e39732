import { operations, TidemillError } from '#contract'
import { attemptLog, attemptState, attemptUse, loadPipeline } from '#pipeline'
import { implement, type Context } from '../handler.ts'
import { jobRecord } from '../job-record.ts'
import { graphStages, plannedStages, stageDetails } from '../steps/stage-view.ts'

const { pipelines } = operations

/** A longer log is shown by its end. */
export const shownBytes = 400_000

export const pipelineHandlers = [
  implement(pipelines.graph, async (_, { rooms, app }) => ({
    stages: await graphStages(rooms.workspace, app.live.of(rooms.project)),
  })),

  implement(pipelines.stage, ({ name }, { rooms, app }) =>
    stageDetails(rooms.workspace, name, app.live.of(rooms.project)),
  ),

  implement(pipelines.log, async ({ name, attempt }, { rooms }) => {
    const { root, state } = attemptNamed(rooms.workspace, name, attempt)
    const log = attemptLog(root, name, attempt, shownBytes) ?? { text: '', bytes: 0 }
    return { ...log, running: state === 'running' }
  }),

  implement(pipelines.use, async ({ name, attempt }, { rooms }) => {
    const { root, state } = attemptNamed(rooms.workspace, name, attempt)
    return {
      samples: [...(attemptUse(root, name, attempt) ?? [])],
      running: state === 'running',
    }
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
    // What asks for other stages is no repetition of what waits.
    const { targets = [], force = false, downstream = false } = input
    return queued(context, 'repro', input, JSON.stringify(['repro', targets, force, downstream]))
  }),
]

/** Where an attempt is kept, and how it stands. Errors: `not_found`. */
function attemptNamed(workspace: string, name: string, attempt: string) {
  const { root, stages } = loadPipeline(workspace)
  if (!stages.some((stage) => stage.address === name))
    throw new TidemillError('not_found', { kind: 'stage', name })
  const state = attemptState(root, name, attempt)
  if (state === undefined)
    throw new TidemillError('not_found', { kind: `attempt of ${name}`, name: attempt })
  return { root, state }
}

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
