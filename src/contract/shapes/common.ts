import { Type } from '../type.ts'

export const Name = Type.String({
  minLength: 1,
  maxLength: 250,
  pattern:
    '^[^/\\\\:\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029][^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$',
  description: 'A name as people write it',
})
export const DigestText = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' })
export const Id = Type.String({ minLength: 1, maxLength: 64 })
/** Milliseconds since 1970 UTC. */
export const Time = Type.Integer({ minimum: 0 })
export const Cell = Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()])
export const DataRow = Type.Record(Type.String(), Cell)
export const Cursor = Type.Optional(Type.String({ maxLength: 500 }))
export const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 }))
export const Done = Type.Object({ done: Type.Literal(true) })
export const Severity = Type.Union([Type.Literal('error'), Type.Literal('warning')])
