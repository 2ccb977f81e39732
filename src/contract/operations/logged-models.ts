import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Cursor, Id, Limit, Name } from '../shapes/common.ts'
import {
  LoggedModel,
  ModelPoint,
  Prompt,
  PromptVersion,
  VersionName,
} from '../shapes/logged-model.ts'
import { ModelVersion, Signature } from '../shapes/model.ts'

export const loggedModels = {
  search: operation({
    name: 'loggedModels.search',
    method: 'GET',
    path: '/api/logged-models',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'Models as training left them, newest first',
    input: Type.Object({
      experiment: Type.Optional(Type.String()),
      filter: Type.Optional(
        Type.String({ maxLength: 10_000, description: "For example: name = 'forest'" }),
      ),
      cursor: Cursor,
      limit: Limit,
    }),
    output: Type.Object({ models: Type.Array(LoggedModel), next: Type.Optional(Type.String()) }),
  }),
  get: operation({
    name: 'loggedModels.get',
    method: 'GET',
    path: '/api/logged-models/:model',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'One logged model with the versions that were registered from it',
    input: Type.Object({ model: Id }),
    output: Type.Object({ model: LoggedModel, versions: Type.Array(VersionName) }),
  }),
  signature: operation({
    name: 'loggedModels.signature',
    method: 'GET',
    path: '/api/logged-models/:model/signature',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'What a logged model’s MLmodel says it reads and answers, with its input example',
    input: Type.Object({ model: Id }),
    output: Type.Object({
      signature: Type.Optional(Signature),
      /** As its writer gave it; absent where it is large or no JSON. */
      inputExample: Type.Optional(Type.Unknown()),
      /** Which of its files the example is. */
      exampleFile: Type.Optional(Type.String()),
    }),
  }),
  points: operation({
    name: 'loggedModels.points',
    method: 'GET',
    path: '/api/logged-models/:model/points',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'Every point that runs measured on a logged model, by metric, data set, run and step',
    input: Type.Object({
      model: Id,
      cursor: Type.Optional(Type.String({ maxLength: 10_000 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    }),
    output: Type.Object({ points: Type.Array(ModelPoint), next: Type.Optional(Type.String()) }),
  }),
  register: operation({
    name: 'loggedModels.register',
    method: 'POST',
    path: '/api/logged-models/:model/versions',
    permission: 'models:write',
    summary: 'Makes a version of a registered model from a logged one',
    input: Type.Object({ model: Id, name: Name, description: Type.Optional(Type.String()) }),
    output: Type.Object({ version: ModelVersion }),
  }),
}

export const prompts = {
  list: operation({
    name: 'prompts.list',
    method: 'GET',
    path: '/api/prompts',
    permission: 'models:read',
    summary: 'Prompts with their aliases',
    input: Type.Object({}),
    output: Type.Object({ prompts: Type.Array(Prompt) }),
  }),
  get: operation({
    name: 'prompts.get',
    method: 'GET',
    path: '/api/prompts/:name',
    permission: 'models:read',
    summary: 'One prompt with the text of each version, newest first',
    input: Type.Object({ name: Name }),
    output: Type.Object({ prompt: Prompt, versions: Type.Array(PromptVersion) }),
  }),
  write: operation({
    name: 'prompts.write',
    method: 'POST',
    path: '/api/prompts/:name/versions',
    permission: 'models:write',
    summary: 'Makes a version of a prompt, and the prompt where there is none of the name',
    input: Type.Object({
      name: Type.String({
        ...{ minLength: 1, maxLength: 250, pattern: '^[a-zA-Z0-9_.-]+$' },
        description: 'Letters, digits, _, - and dots',
      }),
      text: Type.String({
        ...{ minLength: 1, maxLength: 100_000 },
        description: 'The template; what is filled in stands in {{double braces}}',
      }),
      message: Type.Optional(Type.String({ maxLength: 5000, description: 'What was changed' })),
    }),
    output: Type.Object({ version: PromptVersion }),
  }),
}
