import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { DataRow } from '../shapes/common.ts'
import { FieldShape } from '../shapes/dataset.ts'

const owner = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'A run, a logged model (m-…) or a trace (tr-…)',
})
const path = Type.String({ minLength: 1, maxLength: 1000 })

export const artifacts = {
  list: operation({
    name: 'artifacts.list',
    method: 'GET',
    path: '/api/artifacts/:owner',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'What lies directly in a folder of a run, a logged model or a trace',
    input: Type.Object({ owner, folder: Type.Optional(path) }),
    output: Type.Object({
      entries: Type.Array(
        Type.Object({
          path: Type.String(),
          /** Absent for a folder, as the digest is. */
          size: Type.Optional(Type.Integer()),
          digest: Type.Optional(Type.String()),
        }),
      ),
    }),
  }),
  file: operation({
    name: 'artifacts.file',
    method: 'GET',
    path: '/api/artifacts/:owner/file',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'A file of a run, a logged model or a trace; a part of it by `Range`',
    kind: 'download',
    input: Type.Object({
      owner,
      path,
      type: Type.Optional(
        Type.String({
          maxLength: 100,
          pattern: '^[\\w.+-]+/[\\w.+-]+$',
          description: 'The media type of a file whose name tells none, such as image/png',
        }),
      ),
    }),
    output: Type.Unknown(),
  }),
  table: operation({
    name: 'artifacts.table',
    method: 'GET',
    path: '/api/artifacts/:owner/table',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'Some rows of a file that is a table: .csv, .tsv or .parquet',
    input: Type.Object({
      owner,
      path,
      offset: Type.Optional(Type.Integer({ minimum: 0 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    }),
    output: Type.Object({
      total: Type.Integer(),
      offset: Type.Integer(),
      schema: Type.Array(FieldShape),
      rows: Type.Array(DataRow),
    }),
  }),
}
