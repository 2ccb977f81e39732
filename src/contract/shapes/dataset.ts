import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { Cell, DigestText, Name, Severity, Time } from './common.ts'

export const ColumnTypeName = Type.Enum([
  'number',
  'integer',
  'boolean',
  'string',
  'timestamp',
  'category',
])

export const FieldShape = Type.Object({
  name: Type.String(),
  type: ColumnTypeName,
  nullable: Type.Boolean(),
  categories: Type.Optional(Type.Array(Type.String())),
})

export const Rule = Type.Object({
  check: Type.Enum([
    'not_null',
    'not_zero',
    'range',
    'one_of',
    'unique',
    'type',
    'matches',
    'row_count',
  ]),
  columns: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
  values: Type.Optional(Type.Array(Cell)),
  pattern: Type.Optional(Type.String()),
  type: Type.Optional(ColumnTypeName),
  severity: Type.Optional(Severity),
})
export type Rule = Static<typeof Rule>

export const CleaningAction = Type.Object({
  action: Type.Enum([
    'zero_to_missing',
    'value_to_missing',
    'drop_row',
    'clip',
    'impute_median',
    'impute_mode',
    'trim',
    'map',
  ]),
  columns: Type.Array(Type.String(), { minItems: 1 }),
  values: Type.Optional(Type.Array(Cell)),
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
  mapping: Type.Optional(Type.Record(Type.String(), Cell)),
})
export type CleaningAction = Static<typeof CleaningAction>

export const RuleResult = Type.Object({
  rule: Rule,
  column: Type.Optional(Type.String()),
  passed: Type.Boolean(),
  violations: Type.Integer(),
  share: Type.Number(),
  /** The first violating rows, from 0, with the value found. */
  examples: Type.Array(Type.Object({ row: Type.Integer(), value: Cell })),
  /** Why it could not be followed, or not to the end. */
  problem: Type.Optional(Type.String()),
})

export const ValidationReport = Type.Object({
  passed: Type.Boolean(),
  rows: Type.Integer(),
  results: Type.Array(RuleResult),
})
export type ValidationReport = Static<typeof ValidationReport>

export const Histogram = Type.Object({
  /** One more edge than there are counts. */
  edges: Type.Array(Type.Number()),
  counts: Type.Array(Type.Integer()),
})

export const ColumnProfile = Type.Object({
  name: Type.String(),
  type: ColumnTypeName,
  count: Type.Integer(),
  missing: Type.Integer(),
  distinct: Type.Integer(),
  zeros: Type.Optional(Type.Integer()),
  mean: Type.Optional(Type.Number()),
  deviation: Type.Optional(Type.Number()),
  min: Type.Optional(Cell),
  max: Type.Optional(Cell),
  quartiles: Type.Optional(Type.Array(Type.Number(), { minItems: 3, maxItems: 3 })),
  histogram: Type.Optional(Histogram),
  top: Type.Optional(Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }))),
})

export const Profile = Type.Object({
  rows: Type.Integer(),
  columns: Type.Array(ColumnProfile),
})
export type Profile = Static<typeof Profile>

export const DatasetVersion = Type.Object({
  dataset: Name,
  /** Counts from 1. */
  version: Type.Integer({ minimum: 1 }),
  /** Digest of the typed table's content. */
  digest: DigestText,
  /** Digest of the bytes as they came, for an imported version. */
  source: Type.Optional(DigestText),
  /** How the version came to be. */
  origin: Type.Enum(['import', 'clean', 'labels', 'append', 'stage']),
  /** The version it was made from. */
  parent: Type.Optional(Type.Integer()),
  message: Type.String(),
  rows: Type.Integer(),
  bytes: Type.Integer(),
  schema: Type.Array(FieldShape),
  /** What cleaning changed, action by action. */
  changes: Type.Optional(
    Type.Array(
      Type.Object({ action: CleaningAction, cells: Type.Integer(), rows: Type.Integer() }),
    ),
  ),
  validation: Type.Optional(ValidationReport),
  createdAt: Time,
  createdBy: Type.String(),
})
export type DatasetVersion = Static<typeof DatasetVersion>

export const Dataset = Type.Object({
  name: Name,
  description: Type.String(),
  label: Type.Optional(Type.String()),
  latest: DatasetVersion,
  versions: Type.Integer(),
  createdAt: Time,
})
export type Dataset = Static<typeof Dataset>
