import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Done, Name } from '../shapes/common.ts'
import { AliasChange, Model, ModelVersion } from '../shapes/model.ts'
import { ModelRemoval } from '../shapes/registry.ts'

const version = Type.Integer({ minimum: 1 })
const Description = Type.String({ maxLength: 100_000, description: 'Markdown' })
const TagKey = Type.String({ minLength: 1, maxLength: 250 })
const TagValue = Type.String({ maxLength: 100_000 })
const dry = Type.Optional(Type.Boolean({ description: 'Only says what would go' }))

/** What people change of models and versions by hand. */
export const modelChanges = {
  describe: operation({
    name: 'models.describe',
    method: 'PUT',
    path: '/api/models/:name/description',
    permission: 'models:write',
    summary: 'Says what a model is for',
    input: Type.Object({ name: Name, description: Description }),
    output: Type.Object({ model: Model }),
  }),
  rename: operation({
    name: 'models.rename',
    method: 'PUT',
    path: '/api/models/:name/name',
    permission: 'models:write',
    summary: 'Gives a model another name; a signed one only for those who may trust keys',
    input: Type.Object({ name: Name, to: Name }),
    output: Type.Object({ model: Model }),
  }),
  remove: operation({
    name: 'models.remove',
    method: 'DELETE',
    path: '/api/models/:name',
    permission: 'models:write',
    summary: 'Removes a model with its versions, aliases and evidence; files stay with their runs',
    input: Type.Object({ name: Name, dry }),
    output: ModelRemoval,
  }),
  tag: operation({
    name: 'models.tag',
    method: 'PUT',
    path: '/api/models/:name/tags',
    permission: 'models:write',
    summary: 'Sets a tag of a model',
    input: Type.Object({ name: Name, key: TagKey, value: TagValue }),
    output: Done,
  }),
  untag: operation({
    name: 'models.untag',
    method: 'DELETE',
    path: '/api/models/:name/tags',
    permission: 'models:write',
    summary: 'Takes a tag off a model',
    input: Type.Object({ name: Name, key: TagKey }),
    output: Done,
  }),
  describeVersion: operation({
    name: 'models.describeVersion',
    method: 'PUT',
    path: '/api/models/:name/versions/:version/description',
    permission: 'models:write',
    summary: 'Says what a version is',
    input: Type.Object({ name: Name, version, description: Description }),
    output: Type.Object({ version: ModelVersion }),
  }),
  removeVersion: operation({
    name: 'models.removeVersion',
    method: 'DELETE',
    path: '/api/models/:name/versions/:version',
    permission: 'models:write',
    summary:
      'Removes a version; one that an alias names only for those who may promote. Its number is not given again',
    input: Type.Object({ name: Name, version, dry }),
    output: ModelRemoval,
  }),
  tagVersion: operation({
    name: 'models.tagVersion',
    method: 'PUT',
    path: '/api/models/:name/versions/:version/tags',
    permission: 'models:write',
    summary: 'Sets a tag of a version',
    input: Type.Object({ name: Name, version, key: TagKey, value: TagValue }),
    output: Done,
  }),
  untagVersion: operation({
    name: 'models.untagVersion',
    method: 'DELETE',
    path: '/api/models/:name/versions/:version/tags',
    permission: 'models:write',
    summary: 'Takes a tag off a version',
    input: Type.Object({ name: Name, version, key: TagKey }),
    output: Done,
  }),
  unalias: operation({
    name: 'models.unalias',
    method: 'DELETE',
    path: '/api/models/:name/aliases/:alias',
    permission: 'models:promote',
    summary: 'Takes an alias away, unless an endpoint follows it or its policy guards it',
    input: Type.Object({
      name: Name,
      alias: Name,
      why: Type.Optional(Type.String({ maxLength: 2000 })),
    }),
    output: Type.Object({ change: AliasChange }),
  }),
}
