import type { Static } from 'typebox'
import { Type } from './type.ts'
import { Name } from './shapes/common.ts'
import { CleaningAction, Rule } from './shapes/dataset.ts'
import { AliasPolicy, Requirement } from './shapes/model.ts'
import { ConsumerContract } from './shapes/registry.ts'
import { RetentionRule } from './shapes/retention.ts'

const closed = { additionalProperties: false }

export const DatasetDeclaration = Type.Object(
  {
    description: Type.Optional(Type.String()),
    /** File or URL the bytes come from, relative to the declaration. */
    source: Type.String({ minLength: 1 }),
    format: Type.Optional(
      Type.Union([Type.Literal('csv'), Type.Literal('parquet'), Type.Literal('jsonl')]),
    ),
    nullValues: Type.Optional(Type.Array(Type.String())),
    /** The column a model should predict. */
    label: Type.Optional(Type.String()),
    rules: Type.Optional(Type.Array(Rule)),
    /** Makes a new version out of each imported one. */
    cleaning: Type.Optional(Type.Array(CleaningAction)),
    /** A small file that names the newest version; a stage that depends on it runs again when the data change. */
    pointer: Type.Optional(Type.String()),
  },
  closed,
)
export type DatasetDeclaration = Static<typeof DatasetDeclaration>

/** Features of an entity over time, read from a dataset: what they were at any moment, and what they are now. */
export const FeaturesDeclaration = Type.Object(
  {
    dataset: Name,
    /** Columns that name the entity. */
    keys: Type.Array(Type.String(), { minItems: 1 }),
    /** The column with the time a value became true. */
    time: Type.String(),
    /** The column with the time a row was written, which settles equal times. */
    created: Type.Optional(Type.String()),
    /** All other columns unless said. */
    features: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
    /** How long a value stays true; for ever unless said. */
    ttlDays: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  },
  closed,
)
export type FeaturesDeclaration = Static<typeof FeaturesDeclaration>

export const ModelDeclaration = Type.Object(
  {
    description: Type.Optional(Type.String()),
    dataset: Name,
    /** The experiment whose runs compete. */
    experiment: Type.String({ minLength: 1 }),
    /** How people read each class. */
    labels: Type.Optional(Type.Record(Type.String(), Type.String())),
    positive: Type.Optional(Type.String()),
    select: Type.Object(
      { metric: Type.String(), goal: Type.Union([Type.Literal('max'), Type.Literal('min')]) },
      closed,
    ),
    requirements: Type.Array(Requirement),
    /** What taking an alias asks besides: persons, signatures. */
    aliases: Type.Optional(Type.Record(Name, AliasPolicy)),
    /** Which application relies on what. */
    consumers: Type.Optional(Type.Record(Name, ConsumerContract)),
  },
  closed,
)
export type ModelDeclaration = Static<typeof ModelDeclaration>

export const EndpointDeclaration = Type.Object({ model: Name, alias: Type.Optional(Name) }, closed)
export type EndpointDeclaration = Static<typeof EndpointDeclaration>

export const MonitorDeclaration = Type.Object(
  {
    endpoint: Name,
    windowRows: Type.Optional(Type.Integer({ minimum: 20 })),
    falseAlarmDays: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    shareThreshold: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    webhooks: Type.Optional(Type.Array(Type.String())),
  },
  closed,
)
export type MonitorDeclaration = Static<typeof MonitorDeclaration>

export const LabelingDeclaration = Type.Object(
  {
    endpoint: Name,
    /** Where committed labels go. */
    dataset: Name,
    /** Answers with a probability below this are asked about. */
    below: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    annotators: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  closed,
)
export type LabelingDeclaration = Static<typeof LabelingDeclaration>

export const PolicyDeclaration = Type.Object(
  {
    model: Name,
    /** Each makes retraining due by itself. */
    on: Type.Array(
      Type.Union([
        Type.Object({ alarm: Name }, closed),
        Type.Object({ newRows: Type.Integer({ minimum: 1 }) }, closed),
        Type.Object({ schedule: Type.String({ description: 'A cron line' }) }, closed),
      ]),
      { minItems: 1 },
    ),
    /** Stages of the pipeline to bring up to date; all unless said. */
    targets: Type.Optional(Type.Array(Type.String())),
    /** Whether a challenger that passes the gate takes the alias without a person. */
    promote: Type.Optional(Type.Boolean()),
    minHoursBetween: Type.Optional(Type.Number({ minimum: 0 })),
  },
  closed,
)
export type PolicyDeclaration = Static<typeof PolicyDeclaration>

/** What tidemill.yaml says: the whole loop in one file. */
export const Declaration = Type.Object(
  {
    project: Type.Optional(Name),
    datasets: Type.Optional(Type.Record(Name, DatasetDeclaration)),
    features: Type.Optional(Type.Record(Name, FeaturesDeclaration)),
    models: Type.Optional(Type.Record(Name, ModelDeclaration)),
    endpoints: Type.Optional(Type.Record(Name, EndpointDeclaration)),
    monitors: Type.Optional(Type.Record(Name, MonitorDeclaration)),
    labeling: Type.Optional(Type.Record(Name, LabelingDeclaration)),
    policies: Type.Optional(Type.Record(Name, PolicyDeclaration)),
    /** Which runs are kept. */
    retention: Type.Optional(Type.Record(Name, RetentionRule)),
  },
  closed,
)
export type Declaration = Static<typeof Declaration>
