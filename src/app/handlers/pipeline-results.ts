import { mayReach } from '#auth'
import { operations, TidemillError } from '#contract'
import {
  branchExperiment,
  dataVersions,
  experimentTable,
  findRepository,
  findRoot,
  flatValues,
  knownRevisions,
  loadPipeline,
  removeExperiments,
  storageUse,
  toPlain,
  type ValueMap,
} from '#pipeline'
import { openJournal } from '../attribution/journal.ts'
import {
  planNamed,
  readSides,
  type NamedAttribution,
} from '../attribution/workspace-attribution.ts'
import { implement, type Context } from '../handler.ts'
import { tableChanges, withQuery } from '../steps/table-changes.ts'
import { queued } from './pipeline.ts'

const { pipelines } = operations

/** A folder of a hundred thousand files is told of by its count and its first files. */
const filesTold = 500

export const pipelineResultHandlers = [
  implement(pipelines.revisions, async (_, { rooms }) => ({
    revisions: [...knownRevisions(findRoot(rooms.workspace))],
  })),

  implement(pipelines.experiments, async (_, { rooms }) => ({
    rows: experimentTable(rooms.workspace).map(
      ({ rev, name, baseline, timestamp, params, metrics, error }) => ({
        rev,
        ...(name === undefined ? {} : { name }),
        ...(baseline === undefined ? {} : { baseline }),
        ...(timestamp === undefined ? {} : { time: timestamp }),
        params: flat(params),
        metrics: flat(metrics),
        ...(error === undefined ? {} : { error }),
      }),
    ),
  })),

  implement(pipelines.branchExperiment, async ({ name, branch }, { rooms, app }) => {
    const made = branchExperiment(findRoot(rooms.workspace), name, branch)
    app.events.emit('pipeline', name)
    return { branch: made }
  }),

  implement(pipelines.removeExperiment, async ({ name }, { rooms, app }) => {
    removeExperiments(findRoot(rooms.workspace), [name])
    app.events.emit('pipeline', name)
    return { done: true as const }
  }),

  implement(pipelines.data, async ({ from = 'HEAD', to }, { rooms }) => {
    const versions = dataVersions(rooms.workspace, from, to === 'workspace' ? undefined : to)
    return {
      versions: versions.map((each) => ({
        ...each,
        files: each.files.slice(0, filesTold),
        count: each.files.length,
      })),
    }
  }),

  implement(pipelines.table, async ({ path, old, new: now }, { rooms }) => {
    const file = { path, change: 'modified', old, new: now } as const
    const found = await withQuery((query) => tableChanges(rooms.workspace, file, query))
    if (!found) return {}
    const { rows, columnsAdded, columnsRemoved, columnsChanged } = found
    return {
      changes: {
        rows: [...rows],
        columnsAdded: [...columnsAdded],
        columnsRemoved: [...columnsRemoved],
        columnsChanged: [...columnsChanged],
      },
    }
  }),

  implement(pipelines.storage, async (_, { rooms }) => {
    if (findRepository(rooms.workspace) === undefined)
      throw new TidemillError('repository_missing', { folder: rooms.workspace })
    const use = await storageUse(loadPipeline(rooms.workspace))
    return { ...use, outputs: [...use.outputs], remotes: [...use.remotes] }
  }),

  implement(pipelines.attributionPlan, (input, context) =>
    planNamed(context.rooms, context.rooms.workspace, {
      ...input,
      unmarked: mayRunUnmarked(context),
    }),
  ),

  implement(pipelines.attribute, async (input, context) => {
    const request: NamedAttribution = { ...input, unmarked: mayRunUnmarked(context) }
    // Read now, so that a run of which nothing may be run is refused at once and not in a job.
    await readSides(context.rooms, context.rooms.workspace, request)
    return queued(context, 'attribute', request, `attribute ${input.from} ${input.to}`)
  }),

  implement(pipelines.attributions, async (_, { rooms }) => {
    const found = await openJournal(rooms.workspace).list()
    return {
      attributions: found.map(({ id, time, from, to, method, complete, causes, metrics }) => ({
        id,
        time,
        from: from.name,
        to: to.name,
        method,
        complete,
        causes: causes.filter((cause) => !cause.idle).length,
        metrics: metrics.length,
      })),
    }
  }),

  implement(pipelines.attribution, async ({ id }, { rooms }) => {
    const found = (await openJournal(rooms.workspace).list()).find((each) => each.id === id)
    if (!found) throw new TidemillError('not_found', { kind: 'attribution', name: id })
    return { attribution: found }
  }),
]

function mayRunUnmarked({ identity, rooms }: Context): boolean {
  return mayReach(identity, 'admin:commands', rooms.project, false)
}

/** Values under `key`, with the file in front where two files have one key. */
function flat(files: ValueMap): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  for (const [file, values] of files) {
    for (const [key, value] of flatValues(values))
      found[key in found ? `${file}:${key}` : key] = toPlain(value)
  }
  return found
}
