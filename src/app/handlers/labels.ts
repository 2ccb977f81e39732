import { operations } from '#contract'
import { implement } from '../handler.ts'
import { commitLabels } from '../steps/commit-labels.ts'

const { labels } = operations

export const labelHandlers = [
  implement(labels.queues, async (_, { rooms }) => ({
    queues: [...(await rooms.labeling.queues())],
  })),

  implement(labels.queue, async ({ name }, { rooms }) => ({
    queue: await rooms.labeling.queue(name),
  })),

  implement(labels.tasks, async ({ name, state, limit }, { rooms, who }) => ({
    tasks: [
      ...(await rooms.labeling.tasks(name, {
        by: who,
        ...(state === undefined ? {} : { state }),
        ...(limit === undefined ? {} : { limit }),
      })),
    ],
  })),

  implement(labels.annotate, async ({ name, task, label }, { rooms, app, who }) => {
    const annotated = await rooms.labeling.annotate(name, task, label, who)
    app.events.emit('labels', name)
    return { task: annotated, queue: await rooms.labeling.queue(name) }
  }),

  implement(labels.undo, async ({ name, task }, { rooms, app, who }) => {
    const undone = await rooms.labeling.undo(name, task, who)
    app.events.emit('labels', name)
    return { task: undone, queue: await rooms.labeling.queue(name) }
  }),

  implement(labels.commit, async ({ name }, { rooms, app, who }) => {
    const done = await commitLabels(rooms, name, who)
    app.events.emit('labels', name)
    app.events.emit('datasets', name)
    return done
  }),
]
