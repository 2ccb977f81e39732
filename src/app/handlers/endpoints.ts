import { operations, type Prediction } from '#contract'
import { implement } from '../handler.ts'
import type { Rooms } from '../rooms.ts'

const { endpoints } = operations

export const endpointHandlers = [
  implement(endpoints.list, async (_, { rooms }) => ({
    endpoints: [...(await rooms.serving.endpoints())],
  })),

  implement(endpoints.get, async ({ name }, { rooms }) => ({
    endpoint: await rooms.serving.endpoint(name),
  })),

  implement(endpoints.put, async ({ name, model, alias }, { rooms, app }) => {
    await rooms.registry.model(model)
    const endpoint = await rooms.serving.put(name, model, alias ?? 'champion')
    app.events.emit('endpoints', name)
    return { endpoint }
  }),

  implement(endpoints.remove, async ({ name }, { rooms, app }) => {
    await rooms.serving.remove(name)
    app.events.emit('endpoints', name)
    return { done: true as const }
  }),

  implement(endpoints.predict, async ({ name, rows, explain }, { rooms }) => ({
    answers: [...(await rooms.serving.predict(name, rows, { explain: explain ?? false }))],
  })),

  implement(endpoints.predictions, async ({ name, cursor, limit }, { rooms }) => {
    const { predictions, next } = await rooms.serving.log.list(name, {
      ...(cursor === undefined ? {} : { cursor }),
      ...(limit === undefined ? {} : { limit }),
    })
    const { predictions: total } = await rooms.serving.log.count(name)
    const named = await asNamedNow(rooms)
    return { predictions: predictions.map(named), total, ...(next === undefined ? {} : { next }) }
  }),

  implement(endpoints.prediction, async ({ id }, { rooms }) => {
    const named = await asNamedNow(rooms)
    return { prediction: named(await rooms.serving.log.get(id)) }
  }),

  implement(endpoints.labels, async ({ name, labels }, { rooms, app }) => {
    await rooms.serving.endpoint(name)
    const { matched, unknown } = await rooms.serving.log.label(labels)
    app.events.emit('endpoints', name)
    return { matched, unknown: [...unknown] }
  }),
]

/** A model may have had another name when it answered. */
async function asNamedNow(rooms: Rooms): Promise<(prediction: Prediction) => Prediction> {
  const nameNow = await rooms.registry.presentNames()
  return (prediction) => ({ ...prediction, model: nameNow(prediction.model, prediction.time) })
}
