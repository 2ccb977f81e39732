import type { Readable } from 'node:stream'
import type { DatasetVersion } from '#contract'
import { validate } from '#quality'
import type { Rooms } from '../rooms.ts'
import { writePointer } from './dataset-pointer.ts'

export interface ImportRequest {
  readonly dataset: string
  readonly bytes: Readable
  /** The name a person knows the file by. */
  readonly shownAs: string
  readonly format?: string
  readonly nullValues?: readonly string[]
  readonly message: string
  readonly by: string
}

/** Keeps the bytes as they came, makes a typed version, checks the rules, and notes where it came from. */
export async function importDataset(
  rooms: Rooms,
  request: ImportRequest,
): Promise<{ readonly version: DatasetVersion; readonly unchanged: boolean }> {
  const { dataset, shownAs, format, nullValues, message, by } = request
  const source = await rooms.lake.keep(request.bytes)
  const table = await rooms.lake.parse(source.digest, format, {
    shownAs,
    ...(nullValues === undefined ? {} : { nullValues }),
  })
  const validation = validate(table, await rooms.lake.rules(dataset))
  await rooms.lake.describe(dataset, {})
  const added = await rooms.lake.add({
    dataset,
    table,
    origin: 'import',
    source: source.digest,
    message,
    validation,
    by,
  })
  await rooms.lineage.link([
    {
      from: { kind: 'source', id: source.digest },
      to: { kind: 'dataset', id: `${dataset}@${added.version.version}` },
      relation: 'imported',
    },
  ])
  await writePointer(rooms, dataset)
  return added
}
