import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { DataRow, Name } from '../shapes/common.ts'

const FeatureViewRecord = Type.Object({
  name: Name,
  dataset: Name,
  keys: Type.Array(Type.String()),
  features: Type.Array(Type.String()),
  time: Type.String(),
  created: Type.Optional(Type.String()),
  ttlSeconds: Type.Optional(Type.Number()),
})

export const features = {
  views: operation({
    name: 'features.views',
    method: 'GET',
    path: '/api/features',
    permission: 'lake:read',
    summary: 'The feature views that are declared',
    input: Type.Object({}),
    output: Type.Object({ views: Type.Array(FeatureViewRecord) }),
  }),
  join: operation({
    name: 'features.join',
    method: 'POST',
    path: '/api/features/join',
    permission: 'lake:read',
    summary: 'Gives rows the features that were true at their time',
    input: Type.Object({
      rows: Type.Array(DataRow, { minItems: 1, maxItems: 100_000 }),
      views: Type.Array(Name, { minItems: 1 }),
      /** The column of the rows with the time to look from. */
      time: Type.String(),
      /** Names features `view__feature`. */
      fullNames: Type.Optional(Type.Boolean()),
      /** Leaves out what was written after the time looked from. */
      knownThen: Type.Optional(Type.Boolean()),
    }),
    output: Type.Object({ rows: Type.Array(DataRow) }),
  }),
  materialize: operation({
    name: 'features.materialize',
    method: 'POST',
    path: '/api/features/:name/materialize',
    permission: 'lake:write',
    summary: 'Brings the newest values of a view online',
    input: Type.Object({ name: Name }),
    output: Type.Object({ written: Type.Integer(), version: Type.Integer() }),
  }),
  online: operation({
    name: 'features.online',
    method: 'POST',
    path: '/api/features/:name/online',
    permission: 'lake:read',
    summary: 'The newest values of entities; null where there are none',
    input: Type.Object({
      name: Name,
      entities: Type.Array(DataRow, { minItems: 1, maxItems: 10_000 }),
    }),
    output: Type.Object({ values: Type.Array(Type.Union([DataRow, Type.Null()])) }),
  }),
}
