import type { CleaningAction, DatasetVersion } from '#contract'
import { clean, validate } from '#quality'
import type { Rooms } from '../rooms.ts'
import { writePointer } from './dataset-pointer.ts'

export interface CleanRequest {
  readonly dataset: string
  readonly version?: number
  readonly actions: readonly CleaningAction[]
  readonly message: string
  readonly by: string
  /** Only counts what would change. */
  readonly dry: boolean
}

/** Makes the next version of a dataset out of one, with the link between them. */
export async function cleanDataset(
  rooms: Rooms,
  request: CleanRequest,
): Promise<{ version?: DatasetVersion; changes: NonNullable<DatasetVersion['changes']> }> {
  const { dataset, actions, message, by, dry } = request
  const parent = await rooms.lake.version(dataset, request.version)
  const cleaned = clean(await rooms.lake.table(dataset, parent.version), actions)
  const changes = cleaned.changes.map((change) => ({ ...change }))
  if (dry) return { changes }
  const validation = validate(cleaned.table, await rooms.lake.rules(dataset))
  const { version } = await rooms.lake.add({
    dataset,
    table: cleaned.table,
    origin: 'clean',
    parent: parent.version,
    message,
    changes,
    validation,
    by,
  })
  await rooms.lineage.link([
    {
      from: { kind: 'dataset', id: `${dataset}@${parent.version}` },
      to: { kind: 'dataset', id: `${dataset}@${version.version}` },
      relation: 'cleaned',
    },
  ])
  await writePointer(rooms, dataset)
  return { version, changes }
}
