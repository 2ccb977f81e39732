import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Cursor, Done, Id, Limit } from '../shapes/common.ts'
import {
  AssessmentKind,
  SpanDetail,
  SpanLine,
  Trace,
  TraceAssessment,
  TraceAttachment,
} from '../shapes/trace.ts'

export const traces = {
  search: operation({
    name: 'traces.search',
    method: 'GET',
    path: '/api/traces',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'Traces, newest first, by experiment, run, state, words or a filter',
    input: Type.Object({
      experiment: Type.Optional(Type.String()),
      run: Type.Optional(Id),
      state: Type.Optional(Type.Enum(['ok', 'error', 'in_progress'])),
      text: Type.Optional(
        Type.String({
          maxLength: 500,
          description: 'Words of the name, the request or the answer',
        }),
      ),
      filter: Type.Optional(
        Type.String({
          maxLength: 10_000,
          description: "For example: execution_time > 1000 and tags.env = 'prod'",
        }),
      ),
      order: Type.Optional(Type.String({ description: 'For example: execution_time desc' })),
      cursor: Cursor,
      limit: Limit,
    }),
    output: Type.Object({ traces: Type.Array(Trace), next: Type.Optional(Type.String()) }),
  }),
  get: operation({
    name: 'traces.get',
    method: 'GET',
    path: '/api/traces/:trace',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'One trace with its spans, each as a line of a waterfall',
    input: Type.Object({ trace: Id }),
    output: Type.Object({
      trace: Trace,
      spans: Type.Array(SpanLine),
      /** Why the file that its client wrote them into cannot be read. */
      problem: Type.Optional(Type.String()),
    }),
  }),
  span: operation({
    name: 'traces.span',
    method: 'GET',
    path: '/api/traces/:trace/spans/:span',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'One span with its inputs, outputs, attributes and events',
    input: Type.Object({ trace: Id, span: Id }),
    output: Type.Object({ span: SpanDetail }),
  }),
  attachments: operation({
    name: 'traces.attachments',
    method: 'GET',
    path: '/api/traces/:trace/attachments',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'The files that are attached to spans of a trace, and which spans name each',
    input: Type.Object({ trace: Id }),
    output: Type.Object({
      attachments: Type.Array(
        Type.Object({
          ...TraceAttachment.properties,
          spans: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
        }),
      ),
    }),
  }),
  assess: operation({
    name: 'traces.assess',
    method: 'POST',
    path: '/api/traces/:trace/assessments',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Says what a person thinks of a trace, or what it should have answered',
    input: Type.Object({
      trace: Id,
      name: Type.String({ minLength: 1, maxLength: 250 }),
      kind: Type.Optional(AssessmentKind),
      value: Type.Union([Type.Boolean(), Type.Number(), Type.String({ maxLength: 10_000 })]),
      rationale: Type.Optional(Type.String({ maxLength: 10_000 })),
      span: Type.Optional(Id),
    }),
    output: Type.Object({ assessment: TraceAssessment }),
  }),
  unassess: operation({
    name: 'traces.unassess',
    method: 'DELETE',
    path: '/api/traces/:trace/assessments/:assessment',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Takes an assessment back',
    input: Type.Object({ trace: Id, assessment: Id }),
    output: Done,
  }),
}
