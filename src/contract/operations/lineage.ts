import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Id, Name } from '../shapes/common.ts'

export const LineageKind = Type.Enum([
  'source',
  'dataset',
  'row',
  'run',
  'model',
  'endpoint',
  'prediction',
  'label',
])

export const LineageNode = Type.Object({
  /** Unique over kinds: `model:KNNforDiabetes/2`. */
  id: Type.String(),
  kind: LineageKind,
  title: Type.String(),
  detail: Type.String(),
  /** Its page, where it has one. */
  href: Type.Optional(Type.String()),
  /** It was removed: it is told of because something that is there came from it or went into it. */
  removed: Type.Optional(Type.Boolean()),
  digest: Type.Optional(Type.String()),
})

export const LineageGraph = Type.Object({
  focus: Type.String(),
  nodes: Type.Array(LineageNode),
  /** From what was used to what was made. */
  edges: Type.Array(
    Type.Object({ from: Type.String(), to: Type.String(), relation: Type.String() }),
  ),
})
export type LineageGraph = Static<typeof LineageGraph>

export const lineage = {
  prediction: operation({
    name: 'lineage.prediction',
    method: 'GET',
    path: '/api/lineage/predictions/:id',
    permission: 'lineage:read',
    summary: 'From one prediction to the model version, run, data version and rows behind it',
    input: Type.Object({ id: Id }),
    output: LineageGraph,
  }),
  model: operation({
    name: 'lineage.model',
    method: 'GET',
    path: '/api/lineage/models/:name/:version',
    permission: 'lineage:read',
    summary: 'What a model version was made from and what it made',
    input: Type.Object({ name: Name, version: Type.Integer({ minimum: 1 }) }),
    output: LineageGraph,
  }),
  dataset: operation({
    name: 'lineage.dataset',
    method: 'GET',
    path: '/api/lineage/datasets/:name/:version',
    permission: 'lineage:read',
    summary: 'Where a data version came from and what was made of it',
    input: Type.Object({ name: Name, version: Type.Integer({ minimum: 1 }) }),
    output: LineageGraph,
  }),
  row: operation({
    name: 'lineage.row',
    method: 'GET',
    path: '/api/lineage/datasets/:name/:version/rows/:row',
    permission: 'lineage:read',
    summary: 'Every model and prediction one row touched',
    input: Type.Object({
      name: Name,
      version: Type.Integer({ minimum: 1 }),
      row: Type.Integer({ minimum: 0 }),
    }),
    output: LineageGraph,
  }),
}
