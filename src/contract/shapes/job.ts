import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { Id, Time } from './common.ts'

export const JobRecord = Type.Object({
  id: Id,
  kind: Type.String(),
  state: Type.Enum(['waiting', 'running', 'done', 'failed', 'dead', 'cancelled']),
  attempt: Type.Integer(),
  progress: Type.Object({
    done: Type.Number(),
    total: Type.Number(),
    message: Type.String(),
  }),
  result: Type.Optional(Type.Unknown()),
  error: Type.Optional(Type.String()),
  createdAt: Time,
  startedAt: Type.Optional(Time),
  endedAt: Type.Optional(Time),
})
export type JobRecord = Static<typeof JobRecord>
