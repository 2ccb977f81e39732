import { TidemillError, type FeaturesDeclaration } from '#contract'
import type { FeatureView } from '#features'
import type { Schema, Table } from '#table'
import type { Rooms } from '../rooms.ts'

const secondsPerDay = 86_400

/** A declared view over its dataset as it is now. */
export interface OpenedView {
  readonly view: FeatureView
  readonly dataset: string
  readonly schema: Schema
  readonly version: number
}

export async function declaredViews(
  rooms: Rooms,
): Promise<Readonly<Record<string, FeaturesDeclaration>>> {
  return (await rooms.applied.read()).features ?? {}
}

/** A view by name, as it is declared; a column that its dataset does not have is said. No row is read. */
export async function openView(rooms: Rooms, name: string): Promise<OpenedView> {
  const declared = (await declaredViews(rooms))[name]
  if (!declared) throw new TidemillError('not_found', { kind: 'feature view', name })
  const { dataset } = declared
  const { latest } = await rooms.lake.get(dataset)
  const names = latest.schema.map((field) => field.name)
  const view = viewOf(name, declared, names)
  const wanted = [
    ...view.keys,
    view.time,
    ...view.features,
    ...(view.created ? [view.created] : []),
  ]
  const missing = wanted.filter((column) => !names.includes(column))
  if (missing.length > 0) {
    const problem = `the view ${name} names ${missing.join(', ')}, which ${dataset} does not have.`
    throw new TidemillError('schema_mismatch', { problem })
  }
  return { view, dataset, schema: { fields: latest.schema }, version: latest.version }
}

/** The same with the rows. */
export async function loadView(
  rooms: Rooms,
  name: string,
): Promise<OpenedView & { readonly rows: Table }> {
  const opened = await openView(rooms, name)
  return { ...opened, rows: await rooms.lake.table(opened.dataset, opened.version) }
}

function viewOf(
  name: string,
  { keys, time, created, features, ttlDays }: FeaturesDeclaration,
  columns: readonly string[],
): FeatureView {
  const own = new Set([...keys, time, created])
  const rest = columns.filter((column) => !own.has(column))
  return {
    name,
    keys,
    time,
    features: features ?? rest,
    ...(created === undefined ? {} : { created }),
    ...(ttlDays === undefined ? {} : { ttlSeconds: ttlDays * secondsPerDay }),
  }
}
