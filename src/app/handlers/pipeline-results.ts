import { mayReach } from '#auth'
import { operations, TidemillError } from '#contract'
import {
  dataVersions,
  findRepository,
  findRoot,
  knownRevisions,
  loadPipeline,
  storageUse,
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
