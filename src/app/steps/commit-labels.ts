import type { DatasetVersion } from '#contract'
import { validate } from '#quality'
import { concat, tableFromRows, type Row, type Schema } from '#table'
import type { Rooms } from '../rooms.ts'
import { writePointer } from './dataset-pointer.ts'

/**
 * Adds what people decided to the dataset as its next version. The rows come from the prediction log, so their features are exactly
 * what the model saw. The version and the marks of its tasks are kept together: a crash leaves both or neither.
 */
export async function commitLabels(
  rooms: Rooms,
  queueName: string,
  by: string,
): Promise<{ version?: DatasetVersion; rows: number }> {
  const queue = await rooms.labeling.queue(queueName)
  const tasks = await rooms.labeling.tasks(queueName, { state: 'labelled', limit: 10_000 })
  if (tasks.length === 0) return { rows: 0 }
  const { dataset } = queue
  const parent = await rooms.lake.version(dataset)
  const before = await rooms.lake.table(dataset, parent.version)
  const { label } = await rooms.lake.get(dataset)
  // By what they hold, so that the same decisions make the same version, in whatever order they came.
  const keyOf = (task: (typeof tasks)[number]): string =>
    `${JSON.stringify(task.features)} ${task.label ?? ''} ${task.id}`
  const ordered = tasks.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const rows: Row[] = ordered.map((task) => ({
    ...asColumns(before.schema, task.features),
    ...(label === undefined ? {} : { [label]: asLabel(before.schema, label, task.label ?? '') }),
  }))
  const table = concat(before, tableFromRows(rows, sameColumns(before.schema)))
  const ids = ordered.map((task) => task.id)
  const { version } = await rooms.lake.add(
    {
      dataset,
      table,
      origin: 'labels',
      parent: parent.version,
      message: `${rows.length} reviewed rows of ${queueName}`,
      validation: validate(table, await rooms.lake.rules(dataset)),
      by,
    },
    {
      after: parent.version,
      alongside: (tx, { version: number }) => rooms.labeling.commit(queueName, ids, number, tx),
    },
  )
  const to = { kind: 'dataset', id: `${dataset}@${version.version}` }
  await rooms.lineage.link([
    { from: { kind: 'dataset', id: `${dataset}@${parent.version}` }, to, relation: 'extended' },
    ...ordered.map((task, i) => ({
      from: { kind: 'prediction', id: task.prediction },
      to: { kind: 'row', id: `${dataset}@${version.version}#${before.length + i}` },
      relation: 'reviewed',
    })),
  ])
  await writePointer(rooms, dataset)
  return { version, rows: rows.length }
}

/** Whole numbers may come back as fractions (a mean that was asked about), so integers are read as numbers. */
function sameColumns({ fields }: Schema): Schema {
  return {
    fields: fields.map(({ name, type }) => ({
      name,
      type: type === 'integer' ? 'number' : type === 'category' ? 'string' : type,
      nullable: true,
    })),
  }
}

const booleans = new Map<unknown, boolean>([
  ...([0, '0', 'false'] as const).map((value) => [value, false] as const),
  ...([1, '1', 'true'] as const).map((value) => [value, true] as const),
])

/** A version from before booleans were asked for as such has them as 0 and 1. */
function asColumns({ fields }: Schema, features: Row): Row {
  const own = fields.filter(({ name, type }) => type === 'boolean' && name in features)
  return {
    ...features,
    ...Object.fromEntries(
      own.map(({ name }) => [name, booleans.get(features[name]) ?? features[name] ?? null]),
    ),
  }
}

function asLabel({ fields }: Schema, label: string, text: string): string | number | boolean {
  const type = fields.find((field) => field.name === label)?.type
  if (type === 'boolean') return text === 'true'
  return type === 'integer' || type === 'number' ? Number(text) : text
}
