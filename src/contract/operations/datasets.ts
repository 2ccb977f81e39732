import { Type } from 'typebox'
import { operation } from '../operation.ts'
import { Cell, Cursor, DataRow, DigestText, Done, Name } from '../shapes/common.ts'
import {
  CleaningAction,
  Dataset,
  DatasetVersion,
  FieldShape,
  Profile,
  Rule,
  ValidationReport,
} from '../shapes/dataset.ts'

const version = Type.Optional(Type.Integer({ minimum: 1, description: 'The latest unless said' }))

export const datasets = {
  list: operation({
    name: 'datasets.list',
    method: 'GET',
    path: '/api/datasets',
    permission: 'lake:read',
    summary: 'Datasets with their latest versions',
    input: Type.Object({ cursor: Cursor }),
    output: Type.Object({ datasets: Type.Array(Dataset) }),
  }),
  get: operation({
    name: 'datasets.get',
    method: 'GET',
    path: '/api/datasets/:name',
    permission: 'lake:read',
    summary: 'One dataset with all its versions, newest first',
    input: Type.Object({ name: Name }),
    output: Type.Object({
      dataset: Dataset,
      versions: Type.Array(DatasetVersion),
      rules: Type.Array(Rule),
    }),
  }),
  import: operation({
    name: 'datasets.import',
    method: 'POST',
    path: '/api/datasets/:name/import',
    permission: 'lake:write',
    summary: 'Brings a file in: keeps its bytes, makes a typed version, checks the rules',
    kind: 'upload',
    input: Type.Object({
      name: Name,
      file: Type.Optional(
        Type.String({ description: 'The file’s name, for messages and its format' }),
      ),
      format: Type.Optional(
        Type.Union([Type.Literal('csv'), Type.Literal('parquet'), Type.Literal('jsonl')]),
      ),
      nullValues: Type.Optional(
        Type.String({ description: 'Texts that stand for missing, separated by commas' }),
      ),
      label: Type.Optional(Type.String({ description: 'The column a model should predict' })),
      description: Type.Optional(Type.String()),
      message: Type.Optional(Type.String()),
    }),
    output: Type.Object({ version: DatasetVersion, unchanged: Type.Boolean() }),
  }),
  rows: operation({
    name: 'datasets.rows',
    method: 'GET',
    path: '/api/datasets/:name/rows',
    permission: 'lake:read',
    summary: 'A page of rows',
    input: Type.Object({
      name: Name,
      version,
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
  profile: operation({
    name: 'datasets.profile',
    method: 'GET',
    path: '/api/datasets/:name/profile',
    permission: 'lake:read',
    summary: 'Each column in numbers and a histogram',
    input: Type.Object({ name: Name, version }),
    output: Profile,
  }),
  rules: operation({
    name: 'datasets.rules',
    method: 'PUT',
    path: '/api/datasets/:name/rules',
    permission: 'lake:write',
    summary: 'Sets the rules that each version is checked against',
    input: Type.Object({ name: Name, rules: Type.Array(Rule) }),
    output: Type.Object({ rules: Type.Array(Rule) }),
  }),
  validate: operation({
    name: 'datasets.validate',
    method: 'GET',
    path: '/api/datasets/:name/validation',
    permission: 'lake:read',
    summary: 'Checks a version against the rules',
    input: Type.Object({ name: Name, version }),
    output: ValidationReport,
  }),
  clean: operation({
    name: 'datasets.clean',
    method: 'POST',
    path: '/api/datasets/:name/clean',
    permission: 'lake:write',
    summary: 'Makes a new version by cleaning one; `dry` only counts',
    input: Type.Object({
      name: Name,
      version,
      actions: Type.Array(CleaningAction, { minItems: 1 }),
      message: Type.Optional(Type.String()),
      dry: Type.Optional(Type.Boolean()),
    }),
    output: Type.Object({
      version: Type.Optional(DatasetVersion),
      changes: Type.Array(
        Type.Object({ action: CleaningAction, cells: Type.Integer(), rows: Type.Integer() }),
      ),
    }),
  }),
  diff: operation({
    name: 'datasets.diff',
    method: 'GET',
    path: '/api/datasets/:name/diff',
    permission: 'lake:read',
    summary: 'What changed between two versions',
    input: Type.Object({
      name: Name,
      from: Type.Integer({ minimum: 1 }),
      to: Type.Integer({ minimum: 1 }),
    }),
    output: Type.Object({
      rowsAdded: Type.Integer(),
      rowsRemoved: Type.Integer(),
      columns: Type.Array(
        Type.Object({
          name: Type.String(),
          change: Type.Union(
            (['added', 'removed', 'retyped', 'changed', 'same'] as const).map((name) =>
              Type.Literal(name),
            ),
          ),
          cells: Type.Integer(),
          examples: Type.Array(Type.Object({ row: Type.Integer(), from: Cell, to: Cell })),
        }),
      ),
    }),
  }),
  download: operation({
    name: 'datasets.download',
    method: 'GET',
    path: '/api/datasets/:name/download',
    permission: 'lake:read',
    summary: 'A version as a file; `source` gives the bytes as they came',
    kind: 'download',
    input: Type.Object({
      name: Name,
      version,
      format: Type.Union(
        (['csv', 'parquet', 'arrow', 'source'] as const).map((name) => Type.Literal(name)),
      ),
    }),
    output: Type.Unknown(),
  }),
  query: operation({
    name: 'datasets.query',
    method: 'POST',
    path: '/api/query',
    permission: 'lake:read',
    summary: 'SQL over datasets, each a view of its latest version',
    input: Type.Object({
      sql: Type.String({ minLength: 1, maxLength: 100_000 }),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    }),
    output: Type.Object({
      schema: Type.Array(FieldShape),
      rows: Type.Array(DataRow),
      truncated: Type.Boolean(),
    }),
  }),
  remove: operation({
    name: 'datasets.remove',
    method: 'DELETE',
    path: '/api/datasets/:name',
    permission: 'lake:write',
    summary: 'Hides a dataset; its bytes stay until gc, and `restore` brings it back',
    input: Type.Object({ name: Name }),
    output: Done,
  }),
  restore: operation({
    name: 'datasets.restore',
    method: 'POST',
    path: '/api/datasets/:name/restore',
    permission: 'lake:write',
    summary: 'Brings a removed dataset back',
    input: Type.Object({ name: Name }),
    output: Type.Object({ dataset: Dataset }),
  }),
  object: operation({
    name: 'datasets.object',
    method: 'GET',
    path: '/api/objects/:digest',
    permission: 'lake:read',
    summary: 'Bytes by their digest',
    kind: 'download',
    input: Type.Object({ digest: DigestText }),
    output: Type.Unknown(),
  }),
}
