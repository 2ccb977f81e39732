import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { Measured } from './run-table.ts'
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

/** One thing a model answers. */
export const OutputField = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    type: Type.Enum(['number', 'integer', 'boolean', 'string']),
    /** All the texts it can be. */
    labels: Type.Optional(Type.Array(Type.String())),
    min: Type.Optional(Type.Number()),
    max: Type.Optional(Type.Number()),
  },
  { additionalProperties: false },
)
export type OutputField = Static<typeof OutputField>

/** What a model reads and answers. */
export const Signature = Type.Object({
  inputs: Type.Array(SignatureField),
  /** Classes in the order of the probabilities; absent for a regression. */
  classes: Type.Optional(Type.Array(Type.String())),
  /** How a person reads each class, by class: {"1": "diabetic"}. */
  labels: Type.Optional(Type.Record(Type.String(), Type.String())),
  /** The class whose probability is the risk. */
  positive: Type.Optional(Type.String()),
  /** What a model of another format says it answers. */
  outputs: Type.Optional(Type.Array(OutputField)),
  /** What it can be told beside its inputs, each with what it is unless said. */
  params: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String(),
        type: Type.Enum(['number', 'integer', 'boolean', 'string']),
        default: Type.Optional(Type.Unknown()),
      }),
    ),
  ),
})
export type Signature = Static<typeof Signature>

/** What training writes beside a model. */
export const ModelFacts = Type.Object({
  signature: Signature,
  inputExample: Type.Optional(DataRow),
})
export type ModelFacts = Static<typeof ModelFacts>

/** What is measured of a classifier on rows with their truth: a metric here has a direction, so two models can be compared by it. */
export const MetricName = Type.Enum([
  'accuracy',
  'precision',
  'recall',
  'f1',
  'roc_auc',
  'log_loss',
  'brier_score',
])
export type MetricName = Static<typeof MetricName>

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
    metric: MetricName,
    /** How much worse than the champion, on the same rows, is still accepted. */
    margin: Type.Number({ minimum: 0 }),
  }),
])
export type Requirement = Static<typeof Requirement>

/** What a gate looks at: requirements, and what those who rely on the model and the alias's policy ask besides. */
export const Condition = Type.Union([
  Requirement,
  Type.Object({ kind: Type.Literal('consumer'), consumer: Name }),
  Type.Object({ kind: Type.Literal('signed') }),
])
export type Condition = Static<typeof Condition>

export const GateCheck = Type.Object({
  requirement: Condition,
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
  /** The alias it was asked for. */
  alias: Type.Optional(Type.String()),
  /** Of all that was looked at; a gate counts only while this is still so. */
  evidence: Type.Optional(DigestText),
})
export type GateReport = Static<typeof GateReport>

/** The files of a version by their digests. */
export const Manifest = Type.Object({
  /** Of the lines "<hex digest>  <path>", in order of the paths: what sha256sum prints of what it prints. */
  digest: DigestText,
  files: Type.Array(
    Type.Object({ path: Type.String(), digest: DigestText, size: Type.Integer({ minimum: 0 }) }),
  ),
  /** The run or logged model that holds the files, and in which folder. */
  owner: Type.String(),
  folder: Type.String(),
})
export type Manifest = Static<typeof Manifest>

export const ModelVersion = Type.Object({
  model: Name,
  version: Type.Integer({ minimum: 1 }),
  /** Of the ONNX bytes; for another format, of the list of its files with their digests. */
  digest: DigestText,
  /** Of all its files; absent where they are kept elsewhere. */
  manifest: Type.Optional(DigestText),
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
  metrics: Type.Record(Type.String(), Measured),
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

/** What taking an alias asks for. */
export const AliasPolicy = Type.Object(
  {
    /** Whether every requirement must hold; so for champion unless said. */
    gate: Type.Optional(Type.Boolean()),
    /** How many different persons must be for it, the one who asks among them. */
    approvals: Type.Optional(Type.Integer({ minimum: 0, maximum: 10 })),
    /** Whether the version must be signed by a trusted key. */
    signed: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type AliasPolicy = Static<typeof AliasPolicy>

export const AliasChange = Type.Object({
  alias: Type.String(),
  from: Type.Optional(Type.Integer()),
  to: Type.Optional(Type.Integer()),
  who: Type.String(),
  when: Time,
  why: Type.String(),
  gate: Type.Optional(Id),
  /** The request whose approvals moved it. */
  request: Type.Optional(Id),
})
export type AliasChange = Static<typeof AliasChange>

export const Model = Type.Object({
  name: Name,
  description: Type.String(),
  requirements: Type.Array(Requirement),
  /** What taking an alias asks besides, by alias. */
  policies: Type.Record(Type.String(), AliasPolicy),
  aliases: Type.Record(Type.String(), Type.Integer()),
  latest: Type.Optional(Type.Integer()),
  tags: Type.Record(Type.String(), Type.String()),
  createdAt: Time,
  updatedAt: Time,
})
export type Model = Static<typeof Model>
