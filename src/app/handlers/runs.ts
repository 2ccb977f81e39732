import { Readable } from 'node:stream'
import { measured, operations } from '#contract'
import { splitOrder } from '#tracking'
import { createOnce } from '../steps/create-once.ts'
import { implement, implementDownload } from '../handler.ts'
import { artifactDownload } from '../artifact-download.ts'
import { runAbout } from '../steps/run-about.ts'
import { sourceBy, trustIn } from '../source-by.ts'
import { accessHandlers } from './access.ts'
import { organiseHandlers, searchedExperiments } from './organise.ts'

const { runs } = operations

export const runHandlers = [
  implement(runs.experiments, async ({ removed }, { rooms }) => ({
    experiments: [...(await rooms.tracking.experiments(undefined, removed))],
  })),

  implement(runs.search, async (input, context) => {
    const { order, experiment: _, folder: __, fields, ...search } = input
    const { tracking } = context.rooms
    const experiments = await searchedExperiments(context, input)
    const asked = {
      ...search,
      ...(experiments === undefined ? {} : { experiments }),
      ...(order === undefined ? {} : { order: splitOrder(order) }),
    }
    if (fields !== 'info') {
      const { items, next } = await tracking.search(asked)
      return { runs: [...items], ...(next === undefined ? {} : { next }) }
    }
    const { items, next } = await tracking.searchInfos(asked)
    const found = items.map((info) => ({ ...info, params: {}, metrics: {}, tags: {} }))
    return { runs: found, ...(next === undefined ? {} : { next }) }
  }),

  implement(runs.get, async ({ run: id, files = true }, { rooms }) => {
    const run = await rooms.tracking.run(id)
    const special = specialOf(run.metrics)
    return {
      run,
      artifacts: files ? [...(await rooms.tracking.artifacts(id))] : [],
      ...(Object.keys(special).length === 0 ? {} : { special }),
    }
  }),

  implement(runs.history, async ({ run, key, points }, { rooms }) => {
    const history = await rooms.tracking.history(run, key, points === undefined ? {} : { points })
    return { points: [...history.points], total: history.total }
  }),

  implement(runs.ranges, async ({ run }, { rooms }) => {
    await rooms.tracking.run(run)
    return { ranges: [...(await rooms.tracking.metricRanges(run))] }
  }),

  implement(runs.create, async ({ source, once, ...input }, { rooms, app, who, identity }) => {
    const made = {
      ...input,
      user: who,
      source: sourceBy(identity, rooms.project, source ?? {}),
    }
    const { tracking } = rooms
    const run =
      once === undefined ? await tracking.create(made) : await createOnce(tracking, made, once)
    app.events.emit('runs', run.id)
    return { run }
  }),

  implement(runs.log, async ({ run, metrics = [], ...entries }, { rooms, app, identity }) => {
    const points = metrics.map((point) => ({ ...point, value: Number(point.value) }))
    const trust = trustIn(identity, rooms.project)
    await rooms.tracking.log(run, { ...entries, metrics: points, trust })
    app.events.emit('runs', run)
    return { done: true as const }
  }),

  implement(runs.end, async ({ run, status = 'finished', endedAt }, { rooms, app }) => {
    const ended =
      endedAt === undefined
        ? await rooms.tracking.end(run, status)
        : await rooms.tracking.update(run, { status, endedAt })
    app.events.emit('runs', run)
    return { run: ended }
  }),

  implement(runs.putArtifact, async ({ run, path }, { rooms, app, body }) => {
    await rooms.tracking.run(run)
    const kept = await rooms.tracking.putArtifact(run, path, Readable.from(body))
    app.events.emit('runs', run)
    return kept
  }),

  implementDownload(runs.artifact, ({ run, path }, { rooms, request }) =>
    artifactDownload(rooms, { owner: run, path }, request?.headers.range),
  ),

  implement(runs.remove, async ({ run }, { rooms, app }) => {
    await rooms.tracking.remove(run)
    app.events.emit('runs', run)
    return { done: true as const }
  }),

  implement(runs.restore, async ({ run }, { rooms, app }) => {
    const restored = await rooms.tracking.restore(run)
    app.events.emit('runs', run)
    return { run: restored }
  }),

  implement(runs.about, ({ run }, { rooms }) => runAbout(rooms, run)),

  implement(runs.untag, async ({ run, key }, { rooms, app }) => {
    await rooms.tracking.removeTag(run, key)
    app.events.emit('runs', run)
    return { done: true as const }
  }),
  ...organiseHandlers,
  ...accessHandlers,
]

function specialOf(
  metrics: Readonly<Record<string, number>>,
): Record<string, 'NaN' | 'Infinity' | '-Infinity'> {
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([key, value]) => {
      const text = measured(value)
      return typeof text === 'number' ? [] : [[key, text]]
    }),
  )
}
