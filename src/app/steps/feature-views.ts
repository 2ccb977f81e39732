import { TidemillError, type FeaturesDeclaration } from '#contract'
import type { FeatureView } from '#features'
import { findColumn, type Table } from '#table'
import type { Rooms } from '../rooms.ts'

const secondsPerDay = 86_400

/** A declared view with the newest rows of its dataset. */
export interface LoadedView {
  readonly view: FeatureView
  readonly rows: Table
  readonly version: number
}

export async function declaredViews(
  rooms: Rooms,
): Promise<Readonly<Record<string, FeaturesDeclaration>>> {
  return (await rooms.applied.read()).features ?? {}
}

/** A view by name, as it is declared, over its dataset as it is now; a column that is not there is said. */
export async function loadView(rooms: Rooms, name: string): Promise<LoadedView> {
  const declared = (await declaredViews(rooms))[name]
  if (!declared) throw new TidemillError('not_found', { kind: 'feature view', name })
  const { latest } = await rooms.lake.get(declared.dataset)
  const rows = await rooms.lake.table(declared.dataset, latest.version)
  const view = viewOf(name, declared, rows)
  const wanted = [
    ...view.keys,
    view.time,
    ...view.features,
    ...(view.created ? [view.created] : []),
  ]
  const missing = wanted.filter((column) => !findColumn(rows, column))
  if (missing.length > 0) {
    const problem = `the view ${name} names ${missing.join(', ')}, which ${declared.dataset} does not have.`
    throw new TidemillError('schema_mismatch', { problem })
  }
  return { view, rows, version: latest.version }
}

export function viewOf(
  name: string,
  { keys, time, created, features, ttlDays }: FeaturesDeclaration,
  rows: Table,
): FeatureView {
  const own = new Set([...keys, time, created])
  const rest = rows.columns.map((column) => column.name).filter((column) => !own.has(column))
  return {
    name,
    keys,
    time,
    features: features ?? rest,
    ...(created === undefined ? {} : { created }),
    ...(ttlDays === undefined ? {} : { ttlSeconds: ttlDays * secondsPerDay }),
  }
}
