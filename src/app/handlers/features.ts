import { operations } from '#contract'
import { openOnlineFeatures, pointInTimeJoin } from '#features'
import { rowsOf, tableFromRows } from '#table'
import { cellsOf } from '../cells.ts'
import { implement } from '../handler.ts'
import { declaredViews, loadView } from '../steps/feature-views.ts'

const { features } = operations

export const featureHandlers = [
  implement(features.views, async (_, { rooms }) => {
    const declared = Object.entries(await declaredViews(rooms))
    const views = await Promise.all(
      declared.map(async ([name, { dataset }]) => {
        const { view } = await loadView(rooms, name)
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
    const written = await openOnlineFeatures(rooms.online).materialize(view, rows)
    return { written, version }
  }),

  implement(features.online, async ({ name, entities }, { rooms }) => {
    const { view } = await loadView(rooms, name)
    const found = await openOnlineFeatures(rooms.online).read(view, entities)
    return { values: found.map((values) => (values ? { ...values } : null)) }
  }),
]
