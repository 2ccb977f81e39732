import { localIdentity, type Identity } from '#auth'
import { operations, TidemillError, type Caller, type PipelineExperiment } from '#contract'
import {
  applyExperiment,
  branchExperiment,
  experimentsBeside,
  findRoot,
  openQueue,
  presentState,
  queueStanding,
  readEnd,
  removeExperiments,
  type ExperimentRow,
  type QueuedExperiment,
} from '#pipeline'
import { implement, type Context } from '../handler.ts'
import { namedValues } from '../steps/named-values.ts'
import { runsOfExperiments } from '../steps/record-experiment.ts'
import { recordExperiments } from '../steps/record-experiments.ts'
import { queued, shownBytes } from './pipeline.ts'

const { pipelines } = operations

export const pipelineExperimentHandlers = [
  implement(pipelines.experiments, async (choice, context) => {
    const { rows, baselines, queue } = await experimentsBeside(context.rooms.workspace, choice)
    const kept = rows.flatMap(({ ref, rev }) => (ref === undefined ? [] : [rev]))
    const caller = await callerOf(context, context.identity)
    const runs = await runsOfExperiments(caller, findRoot(context.rooms.workspace), kept)
    const paramsOf = namedValues(rows.map(({ params }) => params))
    const metricsOf = namedValues(rows.map(({ metrics }) => metrics))
    const recordOf = (row: ExperimentRow) => {
      const run = row.ref === undefined ? undefined : runs.get(row.rev)
      return {
        ...experimentRecord(row),
        params: paramsOf(row.params),
        metrics: metricsOf(row.metrics),
        ...(run === undefined ? {} : { run: run.id }),
      }
    }
    return { rows: rows.map(recordOf), baselines: [...baselines], queue }
  }),

  implement(pipelines.recordExperiments, async (_, context) => {
    const { rooms, app } = context
    // as those of the queue, they are the server's
    const caller = await callerOf(context, localIdentity())
    const experiments = await recordExperiments(caller, rooms.workspace)
    app.events.emit('runs', '*')
    app.events.emit('pipeline', 'experiments')
    return { experiments: [...experiments] }
  }),

  implement(pipelines.branchExperiment, async ({ name, branch }, { rooms, app }) => {
    const made = branchExperiment(findRoot(rooms.workspace), name, branch)
    app.events.emit('pipeline', name)
    return { branch: made }
  }),

  implement(pipelines.applyExperiment, async ({ name }, { rooms, app }) => {
    const { files } = await applyExperiment(rooms.workspace, name)
    app.events.emit('pipeline', name)
    return { files: files.length }
  }),

  implement(pipelines.removeExperiment, async ({ name }, { rooms, app }) => {
    removeExperiments(findRoot(rooms.workspace), [name])
    app.events.emit('pipeline', name)
    return { done: true as const }
  }),

  implement(pipelines.startQueue, async (input, context) => {
    const { worked, waiting } = queueStanding(findRoot(context.rooms.workspace))
    if (worked) throw new TidemillError('conflict', { problem: 'The queue is worked off already.' })
    if (waiting === 0) throw new TidemillError('conflict', { problem: 'No experiment waits.' })
    return queued(context, 'experiments', input)
  }),

  implement(pipelines.stopQueue, async (_, { rooms, app }) => {
    openQueue(findRoot(rooms.workspace)).stop(true)
    app.events.emit('pipeline', 'queue')
    return { done: true as const }
  }),

  implement(pipelines.killQueued, async ({ id }, { rooms, app }) => {
    const { queue, experiment } = queuedNamed(rooms.workspace, id)
    const state = presentState(experiment)
    if (state !== 'running')
      throw new TidemillError('conflict', { problem: `${experiment.name} does not run: ${state}.` })
    queue.kill(experiment)
    app.events.emit('pipeline', experiment.name)
    return { done: true as const }
  }),

  implement(pipelines.removeQueued, async ({ id }, { rooms, app }) => {
    const { queue, experiment } = queuedNamed(rooms.workspace, id)
    if (presentState(experiment) === 'running')
      throw new TidemillError('conflict', { problem: `${experiment.name} runs: end it first.` })
    queue.remove(experiment)
    app.events.emit('pipeline', experiment.name)
    return { done: true as const }
  }),

  implement(pipelines.queueLog, async ({ id }, { rooms }) => {
    const { queue, experiment } = queuedNamed(rooms.workspace, id)
    const log = readEnd(queue.logFile(experiment), shownBytes)
    return { ...log, running: presentState(experiment) === 'running' }
  }),
]

/** Loaded when it is asked for: it knows the handlers itself. */
async function callerOf({ app, project }: Context, identity: Identity): Promise<Caller> {
  const { localCaller } = await import('../local-caller.ts')
  return localCaller(app, project, identity)
}

/** Errors: `not_found`. */
function queuedNamed(workspace: string, id: string) {
  const queue = openQueue(findRoot(workspace))
  const experiment = queue.list().find((each) => each.id === id)
  if (!experiment)
    throw new TidemillError('not_found', { kind: 'experiment in the queue', name: id })
  return { queue, experiment }
}

function experimentRecord(row: ExperimentRow): Omit<PipelineExperiment, 'params' | 'metrics'> {
  const { rev, name, baseline, ref, timestamp, state, queued: known, error } = row
  return {
    rev,
    ...(name === undefined ? {} : { name }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(ref === undefined ? {} : { ref }),
    ...(timestamp === undefined ? {} : { time: timestamp }),
    ...(known && state !== undefined ? standing(known) : {}),
    ...(known ? { queueId: known.id } : {}),
    ...(error === undefined ? {} : { error }),
  }
}

/** How one stands that came to nothing yet. */
function standing(known: QueuedExperiment): Pick<PipelineExperiment, 'state' | 'problem'> {
  const state = presentState(known)
  return {
    ...(state === 'done' ? {} : { state }),
    ...(known.error === undefined ? {} : { problem: known.error }),
  }
}
