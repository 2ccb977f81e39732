import { joinArguments, operations, TidemillError, type Experiment } from '#contract'
import { mayReach } from '#auth'
import { folderPath } from '#tracking'
import type { RerunJob } from '../job-handlers.ts'
import { implement, type Context } from '../handler.ts'
import { collectGarbage } from '../steps/collect-garbage.ts'
import { jobRecord } from '../job-record.ts'
import { planRerun } from '../steps/plan-rerun.ts'
import { experimentTree } from '../steps/experiment-tree.ts'

const { runs } = operations

export const organiseHandlers = [
  implement(runs.tree, async (_, { rooms }) => experimentTree(await rooms.tracking.experiments())),

  implement(runs.createExperiment, async (input, context) => {
    const { id } = await context.rooms.tracking.createExperiment(input)
    return changed(context, id)
  }),

  implement(runs.renameExperiment, async ({ experiment, name }, context) => {
    const before = await context.rooms.tracking.experiment(experiment)
    await context.rooms.tracking.renameExperiment(experiment, name)
    await note(context, 'runs.renameExperiment', before.name, `to ${name}`)
    return changed(context, experiment)
  }),

  implement(runs.removeExperiment, async ({ experiment }, context) => {
    const { name } = await context.rooms.tracking.experiment(experiment)
    await context.rooms.tracking.removeExperiment(experiment)
    await note(context, 'runs.removeExperiment', name, experiment)
    context.app.events.emit('runs', experiment)
    return { done: true as const }
  }),

  implement(runs.restoreExperiment, async ({ experiment }, context) => {
    await context.rooms.tracking.restoreExperiment(experiment)
    return changed(context, experiment)
  }),

  implement(runs.moveFolder, async ({ folder, to }, context) => {
    const { tracking, project } = context.rooms
    await tracking.checkFolderMove(folder, to)
    // Roles go first: cut short in between, they are missing where the experiments still are, and the same move brings these after them.
    // The other way round they would stay behind, for whatever is put into a folder of that name next.
    await context.app.auth.places.renameFolder(project, folderPath(folder), folderPath(to))
    const experiments = await tracking.renameFolder(folder, to)
    await note(context, 'runs.moveFolder', folder, `to ${to === '' ? '/' : to}`)
    context.app.events.emit('runs', '*')
    return { experiments: [...experiments] }
  }),

  implement(runs.move, async ({ runs: ids, to, create = false }, context) => {
    const { tracking } = context.rooms
    const target = create ? await tracking.experimentNamed(to) : await tracking.findExperiment(to)
    if (!target) throw new TidemillError('not_found', { kind: 'experiment', name: to })
    const moved = await tracking.moveRuns(ids, target.id)
    await note(context, 'runs.move', to, `${moved.runs.length} runs`)
    const { experiment } = await changed(context, target.id)
    return { ...moved, experiment, runs: [...moved.runs] }
  }),

  implement(runs.count, async ({ experiment, folder, ...search }, context) => {
    const experiments = await searchedExperiments(context, { experiment, folder, ...search })
    return {
      count: await context.rooms.tracking.countRuns({
        ...search,
        ...(experiments === undefined ? {} : { experiments }),
      }),
    }
  }),

  implement(runs.rerun, async ({ run, ignoreUncommitted = false, ...given }, context) => {
    const { app, rooms, identity, who } = context
    const unmarked = mayReach(identity, 'admin:commands', rooms.project, false)
    // Looked for now, so that what is missing is said at once and not in a job.
    const choice = { ignoreUncommitted, unmarked, ...given }
    await planRerun(rooms, run, choice)
    const payload: RerunJob = { run, ...choice, who }
    const job = await rooms.jobs.add({ kind: 'rerun', payload, maxAttempts: 1 })
    await note(context, 'runs.rerun', run, joinArguments(given.arguments ?? []))
    app.events.emit('jobs', job.id)
    return { job: jobRecord(job) }
  }),

  implement(runs.gc, async ({ experiment, folder, dry = true, ...request }, context) => {
    const where = { experiment, folder, removed: 'with' as const }
    const experiments = await searchedExperiments(context, where)
    const report = await collectGarbage(context.rooms, {
      ...request,
      dry,
      ...(experiments === undefined ? {} : { experiments }),
    })
    if (dry) return report
    const gone = `${report.runs} runs, ${report.bytes} bytes`
    await note(context, 'runs.gc', experiment ?? folder ?? '*', gone)
    context.app.events.emit('runs', '*')
    return report
  }),
]

interface Where {
  readonly experiment?: string | undefined
  readonly folder?: string | undefined
  readonly removed?: 'without' | 'only' | 'with' | undefined
}

/** The experiments a search is about: one by name, those in a folder, or all. */
export async function searchedExperiments(
  { rooms }: Context,
  { experiment, folder, removed = 'without' }: Where,
): Promise<readonly string[] | undefined> {
  if (experiment !== undefined) {
    const found = await rooms.tracking.findExperiment(experiment)
    const isHidden = found?.removedAt !== undefined && removed === 'without'
    if (!found || isHidden)
      throw new TidemillError('not_found', { kind: 'experiment', name: experiment })
    return [found.id]
  }
  if (folder === undefined) return undefined
  return (await rooms.tracking.experimentsIn(folder)).map(({ id }) => id)
}

async function changed(
  { app, rooms }: Context,
  id: string,
): Promise<{ readonly experiment: Experiment }> {
  app.events.emit('runs', id)
  const { name } = await rooms.tracking.experiment(id)
  const [experiment] = await rooms.tracking.experiments(name)
  if (!experiment) throw new TidemillError('not_found', { kind: 'experiment', name })
  return { experiment }
}

function note({ app, who }: Context, what: string, object: string, detail: string): Promise<void> {
  return app.auth.audit.record({ who, what, object, detail })
}
