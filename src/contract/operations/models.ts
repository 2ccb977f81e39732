import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { DataRow, Id, Name } from '../shapes/common.ts'
import {
  AliasChange,
  GateReport,
  Model,
  ModelVersion,
  Requirement,
  Signature,
} from '../shapes/model.ts'
import { CardEdit, VersionComparison, VersionLineage } from '../shapes/registry.ts'
import { modelChanges } from './model-changes.ts'
import { modelGuards } from './model-guards.ts'

const versionNumber = Type.Integer({ minimum: 1 })
/** Those of the requirements that tidemill.yaml declares: the file alone decides on them. */
const fromFile = Type.Array(Requirement)
const one = Type.Object({ name: Name, version: versionNumber })

export const models = {
  list: operation({
    name: 'models.list',
    method: 'GET',
    path: '/api/models',
    permission: 'models:read',
    summary: 'Registered models with their aliases',
    input: Type.Object({}),
    output: Type.Object({ models: Type.Array(Model) }),
  }),
  get: operation({
    name: 'models.get',
    method: 'GET',
    path: '/api/models/:name',
    permission: 'models:read',
    summary: 'One model with its versions and the history of its aliases',
    input: Type.Object({ name: Name }),
    output: Type.Object({
      model: Model,
      fromFile,
      versions: Type.Array(ModelVersion),
      history: Type.Array(AliasChange),
    }),
  }),
  version: operation({
    name: 'models.version',
    method: 'GET',
    path: '/api/models/:name/versions/:version',
    permission: 'models:read',
    summary: 'One version: signature, card, gate and where it came from',
    input: one,
    output: Type.Object({ version: ModelVersion, gates: Type.Array(GateReport) }),
  }),
  register: operation({
    name: 'models.register',
    method: 'POST',
    path: '/api/models/:name/versions',
    permission: 'models:write',
    summary:
      'Makes a version from a run’s model artifact; the same bytes of the same run are one version',
    input: Type.Object({
      name: Name,
      run: Id,
      path: Type.Optional(
        Type.String({
          description:
            'An ONNX file, or a folder with an MLmodel; model/model.onnx, else model, unless said',
        }),
      ),
      signature: Type.Optional(Signature),
      inputExample: Type.Optional(DataRow),
      description: Type.Optional(Type.String()),
    }),
    output: Type.Object({ version: ModelVersion, unchanged: Type.Boolean() }),
  }),
  requirements: operation({
    name: 'models.requirements',
    method: 'PUT',
    path: '/api/models/:name/requirements',
    permission: 'models:promote',
    summary:
      'Sets what a version must show before it can take a guarded alias; what tidemill.yaml declares stays among it',
    input: Type.Object({
      name: Name,
      requirements: Type.Array(Requirement),
      /** What was asked when it was read; refused where that has changed meanwhile. */
      before: Type.Optional(Type.Array(Requirement)),
    }),
    output: Type.Object({ model: Model, fromFile }),
  }),
  gate: operation({
    name: 'models.gate',
    method: 'POST',
    path: '/api/models/:name/versions/:version/gate',
    permission: 'models:write',
    summary: 'Checks now what stands between a version and an alias, and stores the evidence',
    input: Type.Object({
      name: Name,
      version: versionNumber,
      alias: Type.Optional(Type.String({ description: 'champion unless said' })),
    }),
    output: GateReport,
  }),
  card: operation({
    name: 'models.card',
    method: 'PUT',
    path: '/api/models/:name/versions/:version/card',
    permission: 'models:write',
    summary: 'Replaces the model card',
    input: Type.Object({
      name: Name,
      version: versionNumber,
      card: Type.String({ maxLength: 200_000 }),
    }),
    output: Type.Object({ version: ModelVersion }),
  }),
  alias: operation({
    name: 'models.alias',
    method: 'PUT',
    path: '/api/models/:name/aliases/:alias',
    permission: 'models:promote',
    summary: 'Points an alias at a version; a guarded one through the gate and its approvals',
    input: Type.Object({
      name: Name,
      alias: Name,
      version: versionNumber,
      why: Type.Optional(Type.String()),
    }),
    output: Type.Object({ model: Model, change: AliasChange, gate: Type.Optional(GateReport) }),
  }),
  best: operation({
    name: 'models.best',
    method: 'POST',
    path: '/api/models/:name/best',
    permission: 'models:promote',
    summary: 'Registers the best run, and makes it champion when it passes the gate',
    input: Type.Object({ name: Name, promote: Type.Optional(Type.Boolean()) }),
    output: Type.Object({ version: ModelVersion, gate: GateReport }),
  }),
  rollback: operation({
    name: 'models.rollback',
    method: 'POST',
    path: '/api/models/:name/aliases/:alias/rollback',
    permission: 'models:promote',
    summary: 'Points an alias back at the version before',
    input: Type.Object({
      name: Name,
      alias: Name,
      why: Type.Optional(Type.String()),
      /** Also where an application would break. */
      anyway: Type.Optional(Type.Boolean()),
    }),
    output: Type.Object({ model: Model, change: AliasChange }),
  }),
  cardEdits: operation({
    name: 'models.cardEdits',
    method: 'GET',
    path: '/api/models/:name/versions/:version/card/edits',
    permission: 'models:read',
    summary: 'What was written of a version before, newest first',
    input: one,
    output: Type.Object({ edits: Type.Array(CardEdit) }),
  }),
  compare: operation({
    name: 'models.compare',
    method: 'GET',
    path: '/api/models/:name/compare',
    permission: 'models:read',
    summary: 'What differs between two versions: schema, params, metrics, files and card',
    input: Type.Object({ name: Name, from: versionNumber, to: versionNumber }),
    output: VersionComparison,
  }),
  lineage: operation({
    name: 'models.lineage',
    method: 'GET',
    path: '/api/models/:name/versions/:version/lineage',
    permission: 'models:read',
    summary:
      'What a version was made of: run, data versions, features, code; and what relies on it',
    input: one,
    output: VersionLineage,
  }),
  client: operation({
    name: 'models.client',
    method: 'GET',
    path: '/api/models/:name/client',
    permission: 'models:read',
    summary: 'A typed TypeScript module that asks an endpoint of the model',
    input: Type.Object({
      name: Name,
      /** The champion, else the newest, unless said. */
      version: Type.Optional(versionNumber),
      endpoint: Type.Optional(Name),
    }),
    output: Type.Object({ version: Type.Integer(), endpoint: Type.String(), code: Type.String() }),
  }),
  download: operation({
    name: 'models.download',
    method: 'GET',
    path: '/api/models/:name/versions/:version/download',
    permission: 'models:read',
    summary: 'The ONNX file of a version',
    kind: 'download',
    input: one,
    output: Type.Unknown(),
  }),
  ...modelGuards,
  ...modelChanges,
}
