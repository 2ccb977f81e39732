import { operations } from '#contract'
import { buildGraph, isStage, loadPipeline, plan, type Reason } from '#pipeline'
import { implement } from '../handler.ts'
import { jobRecord } from '../job-record.ts'

const { pipelines } = operations

export const pipelineHandlers = [
  implement(pipelines.graph, async (_, { rooms }) => {
    const pipeline = loadPipeline(rooms.workspace)
    if (pipeline.stages.length === 0) return { stages: [] }
    const graph = buildGraph(pipeline)
    const planned = new Map((await plan(pipeline, { all: true })).map((each) => [each.stage, each]))
    return {
      stages: pipeline.stages.map((stage) => {
        const own = planned.get(stage.address)
        return {
          name: stage.address,
          command: typeof stage.cmd === 'string' ? stage.cmd : stage.cmd.join('\n'),
          needs: (graph.needs.get(stage) ?? []).filter(isStage).map((each) => each.address),
          deps: stage.deps.map((dep) => dep.path),
          outs: stage.outs.map((out) => out.path),
          action: own?.action ?? 'skip',
          reasons: (own?.reasons ?? []).map((reason) => ({
            kind: reason.kind,
            path: reason.path,
            summary: reasonText(reason),
          })),
        }
      }),
    }
  }),

  implement(pipelines.repro, async (input, { rooms, app }) => {
    // Read now, so that a file that cannot be read is said at once and not in a job.
    loadPipeline(rooms.workspace)
    const job = await rooms.jobs.add({
      kind: 'repro',
      payload: input,
      key: 'repro',
      maxAttempts: 1,
    })
    app.events.emit('jobs', job.id)
    return { job: jobRecord(job) }
  }),
]

function reasonText({ kind, path, old, new: now, state }: Reason): string {
  switch (kind) {
    case 'dep':
      return `${path} ${state ?? 'changed'}`
    case 'out':
      return `${path} ${state ?? 'changed'}`
    case 'param':
      return `${path}: ${JSON.stringify(old)} → ${JSON.stringify(now)}`
    case 'env':
      return `the variable ${path} changed`
    case 'wdir':
      return `working folder: ${JSON.stringify(old)} → ${JSON.stringify(now)}`
    case 'cmd':
      return 'the command changed'
    case 'lock-missing':
      return 'never run'
    case 'always':
      return 'always runs'
    case 'forced':
      return 'forced'
    case 'upstream':
      return `${path} will be made anew`
  }
}
