import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { Id, Time } from './common.ts'

export const AssessmentKind = Type.Enum(['feedback', 'expectation', 'issue'])

/** What a person or a program thinks of a trace, or of one of its spans. */
export const TraceAssessment = Type.Object({
  id: Id,
  name: Type.String(),
  kind: AssessmentKind,
  value: Type.String(),
  rationale: Type.Optional(Type.String()),
  /** The span it is about; the whole trace unless said. */
  span: Type.Optional(Type.String()),
  by: Type.Optional(Type.String()),
  /** `human`, `code` or `llm_judge` of MLflow's clients. */
  byKind: Type.Optional(Type.String()),
  at: Time,
})
export type TraceAssessment = Static<typeof TraceAssessment>

export const Tokens = Type.Object({
  input: Type.Integer(),
  output: Type.Integer(),
  total: Type.Integer(),
})
export type Tokens = Static<typeof Tokens>

/** What an application did for one request. */
export const Trace = Type.Object({
  id: Id,
  name: Type.String(),
  experiment: Type.String(),
  experimentId: Id,
  startedAt: Time,
  /** Milliseconds. */
  duration: Type.Optional(Type.Number()),
  state: Type.String(),
  /** The beginning of what was asked and answered. */
  request: Type.Optional(Type.String()),
  response: Type.Optional(Type.String()),
  run: Type.Optional(Id),
  tokens: Type.Optional(Tokens),
  tags: Type.Record(Type.String(), Type.String()),
  metadata: Type.Record(Type.String(), Type.String()),
  assessments: Type.Array(TraceAssessment),
})
export type Trace = Static<typeof Trace>

/** One span as a line of a waterfall. */
export const SpanLine = Type.Object({
  id: Type.String(),
  parent: Type.Optional(Type.String()),
  name: Type.String(),
  /** `LLM`, `TOOL`, `CHAIN`, …, where its writer said. */
  kind: Type.Optional(Type.String()),
  /** Milliseconds from the first span of the trace. */
  start: Type.Number(),
  duration: Type.Optional(Type.Number()),
  state: Type.Enum(['ok', 'error', 'unset']),
  message: Type.Optional(Type.String()),
})
export type SpanLine = Static<typeof SpanLine>

/** A file that is attached to spans of a trace; its bytes are those of `path` among the files of `trace`. */
export const TraceAttachment = Type.Object({
  id: Type.String(),
  /** Whose file it is: another trace's where a span was taken over from it. */
  trace: Type.String(),
  path: Type.String(),
  /** The media type that a span gives it. */
  type: Type.Optional(Type.String()),
  /** Absent, as the digest is, where this trace has no such file. */
  size: Type.Optional(Type.Integer()),
  digest: Type.Optional(Type.String()),
})
export type TraceAttachment = Static<typeof TraceAttachment>

export const SpanPart = Type.Enum(['inputs', 'outputs', 'attributes', 'events'])
export type SpanPart = Static<typeof SpanPart>

/** An attachment where a span names it. */
export const SpanAttachment = Type.Object({
  ...TraceAttachment.properties,
  within: SpanPart,
  /** The text by which the span names it. */
  reference: Type.String(),
})
export type SpanAttachment = Static<typeof SpanAttachment>

/** One span with all that was recorded of it. */
export const SpanDetail = Type.Object({
  ...SpanLine.properties,
  inputs: Type.Optional(Type.Unknown()),
  outputs: Type.Optional(Type.Unknown()),
  tokens: Type.Optional(Tokens),
  attributes: Type.Record(Type.String(), Type.Unknown()),
  events: Type.Array(
    Type.Object({
      name: Type.String(),
      /** Milliseconds from the first span of the trace. */
      at: Type.Number(),
      attributes: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
  attachments: Type.Array(SpanAttachment),
})
export type SpanDetail = Static<typeof SpanDetail>
