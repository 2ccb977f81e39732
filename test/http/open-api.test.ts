import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { route, serve } from './support/serve.ts'

const routes = [
  route('PUT', '/api/models/:name', () => Promise.resolve({}), {
    area: 'models',
    summary: 'Keeps <b>a model</b>',
    permission: 'models:write',
    params: Type.Object({ name: Type.String() }),
    query: Type.Object({ force: Type.Optional(Type.Boolean()) }),
    body: Type.Object({ size: Type.Integer() }),
    output: Type.Object({ done: Type.Boolean() }),
  }),
]

test('the API describes itself in OpenAPI 3.1 with the shapes of its routes', async (t) => {
  const { ask } = await serve(t, routes)
  const document = JSON.parse((await ask('/api/openapi.json')).text) as {
    openapi: string
    info: { version: string }
    paths: Record<string, Record<string, Record<string, unknown>>>
  }
  assert.equal(document.openapi, '3.1.0')
  assert.equal(document.info.version, '1.2.3')
  const put = document.paths['/api/models/{name}']?.put
  assert.ok(put)
  assert.deepEqual(put.tags, ['models'])
  assert.deepEqual(put.parameters, [
    { name: 'name', in: 'path', required: true, schema: { type: 'string' } },
    { name: 'force', in: 'query', required: false, schema: { type: 'boolean' } },
  ])
  assert.match(JSON.stringify(put.requestBody), /"size":\{"type":"integer"\}/)
  assert.match(String(put.description), /models:write/)
})

test('the page of the API runs no script, loads nothing, and shows texts as texts', async (t) => {
  const { ask } = await serve(t, routes)
  const { text, headers } = await ask('/api/docs')
  assert.match(String(headers['content-type']), /^text\/html/)
  assert.doesNotMatch(text, /<script|<link|\bon\w+=|src=|<b>a model/)
  assert.match(text, /&lt;b&gt;a model/)
  assert.match(text, /<details>.*\/api\/models\/:name/)
})
