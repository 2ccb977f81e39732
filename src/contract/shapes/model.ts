import { Type, type Static } from 'typebox'
import { DataRow, DigestText, Id, Name, Time } from './common.ts'

export const SignatureField = Type.Object({
  name: Type.String(),
  type: Type.Enum(['number', 'integer', 'boolean', 'string']),
  /** Whether the model accepts a missing value. */
  optional: Type.Boolean(),
  /** What the training data held, for forms and checks. */
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
  mean: Type.Optional(Type.Number()),
  categories: Type.Optional(Type.Array(Type.String())),
})
export type SignatureField = Static<typeof SignatureField>

/** What a model reads and answers. */
export const Signature = Type.Object({
  inputs: Type.Array(SignatureField),
  /** Classes in the order of the probabilities; absent for a regression. */
  classes: Type.Optional(Type.Array(Type.String())),
  /** How a person reads each class, by class: {"1": "diabetic"}. */
  labels: Type.Optional(Type.Record(Type.String(), Type.String())),
  /** The class whose probability is the risk. */
  positive: Type.Optional(Type.String()),
})
export type Signature = Static<typeof Signature>

/** One requirement of a gate. Exactly one of the kinds. */
export const Requirement = Type.Union([
  Type.Object({
    kind: Type.Literal('metric'),
    metric: Type.String(),
    min: Type.Optional(Type.Number()),
    max: Type.Optional(Type.Number()),
  }),
  Type.Object({ kind: Type.Literal('latency'), p99Ms: Type.Number({ exclusiveMinimum: 0 }) }),
  Type.Object({ kind: Type.Literal('schema') }),
  Type.Object({ kind: Type.Literal('mean_row') }),
  Type.Object({
    kind: Type.Literal('invariance'),
    columns: Type.Array(Type.String(), { minItems: 1 }),
    /** The factor a value is multiplied by. */
    factor: Type.Number(),
    /** The largest change of the risk allowed. */
    tolerance: Type.Number({ minimum: 0 }),
  }),
  Type.Object({
    kind: Type.Literal('direction'),
    column: Type.String(),
    delta: Type.Number(),
    expect: Type.Union([Type.Literal('never_lowers'), Type.Literal('never_raises')]),
  }),
  Type.Object({
    kind: Type.Literal('not_worse'),
    metric: Type.String(),
    /** How much worse than the champion, on the same rows, is still accepted. */
    margin: Type.Number({ minimum: 0 }),
  }),
])
export type Requirement = Static<typeof Requirement>

export const GateCheck = Type.Object({
  requirement: Requirement,
  passed: Type.Boolean(),
  /** One sentence a person can read. */
  summary: Type.String(),
  observed: Type.Optional(Type.Number()),
  evidence: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})
export type GateCheck = Static<typeof GateCheck>

export const GateReport = Type.Object({
  id: Id,
  model: Name,
  version: Type.Integer(),
  passed: Type.Boolean(),
  checks: Type.Array(GateCheck),
  checkedAt: Time,
  checkedBy: Type.String(),
})
export type GateReport = Static<typeof GateReport>

export const ModelVersion = Type.Object({
  model: Name,
  version: Type.Integer({ minimum: 1 }),
  /** Of the ONNX bytes; for another format, of the list of its files with their digests. */
  digest: DigestText,
  /** What can serve it: `onnx` here, `mlflow` only where MLflow loads it. */
  format: Type.Enum(['onnx', 'mlflow']),
  /** Where MLflow's clients find its files. */
  uri: Type.Optional(Type.String()),
  description: Type.String(),
  /** MLflow's stage, for clients that have no aliases. */
  stage: Type.String(),
  tags: Type.Record(Type.String(), Type.String()),
  size: Type.Integer(),
  signature: Signature,
  run: Type.Optional(Id),
  experiment: Type.Optional(Type.String()),
  metrics: Type.Record(Type.String(), Type.Number()),
  params: Type.Record(Type.String(), Type.String()),
  dataset: Type.Optional(Type.String()),
  datasetVersion: Type.Optional(Type.Integer()),
  dataDigest: Type.Optional(Type.String()),
  code: Type.Optional(Type.String()),
  inputExample: Type.Optional(DataRow),
  aliases: Type.Array(Type.String()),
  /** Markdown; made from what is known, then editable. */
  card: Type.String(),
  gate: Type.Optional(GateReport),
  createdAt: Time,
  updatedAt: Time,
  createdBy: Type.String(),
})
export type ModelVersion = Static<typeof ModelVersion>

export const AliasChange = Type.Object({
  alias: Type.String(),
  from: Type.Optional(Type.Integer()),
  to: Type.Optional(Type.Integer()),
  who: Type.String(),
  when: Time,
  why: Type.String(),
  gate: Type.Optional(Id),
})
export type AliasChange = Static<typeof AliasChange>

export const Model = Type.Object({
  name: Name,
  description: Type.String(),
  requirements: Type.Array(Requirement),
  aliases: Type.Record(Type.String(), Type.Integer()),
  latest: Type.Optional(Type.Integer()),
  tags: Type.Record(Type.String(), Type.String()),
  createdAt: Time,
  updatedAt: Time,
})
export type Model = Static<typeof Model>
