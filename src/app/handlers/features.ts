import { operations } from '#contract'
import { openOnlineFeatures, pointInTimeJoin } from '#features'
import { rowsOf, tableFromRows } from '#table'
import { cellsOf } from '../cells.ts'
import { implement } from '../handler.ts'
import { declaredViews, loadView, openView } from '../steps/feature-views.ts'

const { features } = operations

export const featureHandlers = [
  implement(features.views, async (_, { rooms }) => {
    const declared = Object.entries(await declaredViews(rooms))
    const views = await Promise.all(
      declared.map(async ([name]) => {
        const { view, dataset } = await openView(rooms, name)
        return { ...view, dataset, keys: [...view.keys], features: [...view.features] }
      }),
    )
    return { views }
  }),

  implement(features.join, async ({ rows, views, ...options }, { rooms }) => {
    const loaded = await Promise.all(views.map((name) => loadView(rooms, name)))
    const joined = await pointInTimeJoin(rooms.query, tableFromRows(rows), loaded, options)
    return { rows: rowsOf(joined).map(cellsOf) }
  }),

  implement(features.materialize, async ({ name }, { rooms }) => {
    const { view, rows, version } = await loadView(rooms, name)
    const written = await openOnlineFeatures(rooms.online, rooms.clock).materialize(view, rows)
    return { written, version }
  }),

  implement(features.online, async ({ name, entities }, { rooms }) => {
    const { view, schema } = await openView(rooms, name)
    const online = openOnlineFeatures(rooms.online, rooms.clock)
    const found = await online.read(view, schema, entities)
    return { values: found.map((values) => (values ? { ...values } : null)) }
  }),
]
