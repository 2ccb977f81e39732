import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Cursor, DataRow, Done, Id, Limit, Name, Time } from '../shapes/common.ts'
import { Answer, Endpoint, Prediction } from '../shapes/endpoint.ts'

const one = Type.Object({ name: Name })

export const endpoints = {
  list: operation({
    name: 'endpoints.list',
    method: 'GET',
    path: '/api/endpoints',
    permission: 'endpoints:read',
    summary: 'Endpoints with their health',
    input: Type.Object({}),
    output: Type.Object({ endpoints: Type.Array(Endpoint) }),
  }),
  get: operation({
    name: 'endpoints.get',
    method: 'GET',
    path: '/api/endpoints/:name',
    permission: 'endpoints:read',
    summary: 'One endpoint with its signature and health',
    input: one,
    output: Type.Object({ endpoint: Endpoint }),
  }),
  put: operation({
    name: 'endpoints.put',
    method: 'PUT',
    path: '/api/endpoints/:name',
    permission: 'endpoints:manage',
    summary: 'Makes an endpoint or changes the model behind it',
    input: Type.Object({ name: Name, model: Name, alias: Type.Optional(Name) }),
    output: Type.Object({ endpoint: Endpoint }),
  }),
  remove: operation({
    name: 'endpoints.remove',
    method: 'DELETE',
    path: '/api/endpoints/:name',
    permission: 'endpoints:manage',
    summary: 'Stops an endpoint; its prediction log stays',
    input: one,
    output: Done,
  }),
  predict: operation({
    name: 'endpoints.predict',
    method: 'POST',
    path: '/api/endpoints/:name/predict',
    permission: 'endpoints:predict',
    summary: 'Answers rows of named values, with reasons on request',
    input: Type.Object({
      name: Name,
      rows: Type.Array(DataRow, { minItems: 1, maxItems: 10_000 }),
      explain: Type.Optional(Type.Boolean()),
    }),
    output: Type.Object({ answers: Type.Array(Answer) }),
  }),
  predictions: operation({
    name: 'endpoints.predictions',
    method: 'GET',
    path: '/api/endpoints/:name/predictions',
    permission: 'endpoints:read',
    summary: 'The prediction log, newest first',
    input: Type.Object({ name: Name, cursor: Cursor, limit: Limit }),
    output: Type.Object({
      predictions: Type.Array(Prediction),
      next: Type.Optional(Type.String()),
      total: Type.Integer(),
    }),
  }),
  prediction: operation({
    name: 'endpoints.prediction',
    method: 'GET',
    path: '/api/predictions/:id',
    permission: 'endpoints:read',
    summary: 'One logged prediction',
    input: Type.Object({ id: Id }),
    output: Type.Object({ prediction: Prediction }),
  }),
  labels: operation({
    name: 'endpoints.labels',
    method: 'POST',
    path: '/api/endpoints/:name/labels',
    permission: 'labels:write',
    summary: 'Sends what turned out to be true, by prediction',
    input: Type.Object({
      name: Name,
      labels: Type.Array(
        Type.Object({
          prediction: Id,
          label: Type.String({ maxLength: 500 }),
          time: Type.Optional(Time),
        }),
        { minItems: 1, maxItems: 100_000 },
      ),
    }),
    output: Type.Object({ matched: Type.Integer(), unknown: Type.Array(Id) }),
  }),
}
