import { operations, TidemillError, type Digest } from '#contract'
import { rowsOf } from '#table'
import { plainPath } from '#tracking'
import { artifactDownload, requireOwner } from '../artifact-download.ts'
import { cellsOf } from '../cells.ts'
import { fieldsOf } from '../fields.ts'
import { implement, implementDownload } from '../handler.ts'

const { artifacts } = operations

/** A page of a text table costs a reading of all before it; of a larger file nobody would wait for it. */
const largestTable = 256_000_000

export const artifactHandlers = [
  implement(artifacts.list, async ({ owner, folder = '' }, { rooms }) => {
    await requireOwner(rooms, owner)
    return { entries: [...(await rooms.tracking.listArtifacts(owner, plainPath(folder)))] }
  }),

  implementDownload(artifacts.file, async ({ owner, path, type }, { rooms, request }) => {
    await requireOwner(rooms, owner)
    return artifactDownload(rooms, { owner, path: plainPath(path) }, request?.headers.range, type)
  }),

  implement(artifacts.table, async ({ owner, path, offset = 0, limit = 100 }, { rooms }) => {
    await requireOwner(rooms, owner)
    const found = await rooms.tracking.findArtifact(owner, plainPath(path))
    if (!found) throw new TidemillError('not_found', { kind: 'artifact', name: path })
    const format = /\.parquet$/i.test(path)
      ? 'parquet'
      : /\.(csv|tsv)$/i.test(path)
        ? 'csv'
        : undefined
    if (format === undefined) {
      const problem = `${path} is no table: those are .csv, .tsv and .parquet.`
      throw new TidemillError('bad_request', { problem })
    }
    if (format === 'csv' && found.size > largestTable) {
      const problem = `${path} has ${found.size} bytes; tables of text are shown up to ${largestTable}. Download it.`
      throw new TidemillError('bad_request', { problem })
    }
    const file = await rooms.objects.file(found.digest as Digest)
    const page = { format, offset, limit, shownAs: path } as const
    const { total, table } = await rooms.query.readPage(file, page)
    return { total, offset, schema: fieldsOf(table), rows: rowsOf(table).map(cellsOf) }
  }),
]
