import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allOperations } from '#contract'
import { areas, implementationOf } from '../../src/app/handlers/all.ts'
import { runningServer } from '../support/home.ts'

test('every declared operation does something, and nothing else is implemented', async () => {
  for (const operation of allOperations) {
    assert.equal((await implementationOf(operation.name)).operation, operation)
  }
  const implemented = new Set(
    (await Promise.all(Object.values(areas).map((load) => load()))).flat(),
  )
  assert.equal(implemented.size, allOperations.length)
})

test('the OpenAPI document has every operation with its permission and shapes', async (t) => {
  const { url } = await runningServer(t)
  const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as {
    openapi: string
    paths: Record<string, Record<string, { description: string; requestBody?: object }>>
  }
  assert.equal(document.openapi, '3.1.0')
  for (const operation of allOperations) {
    const path = operation.path.replace(/:(\w+)/g, '{$1}')
    const entry = document.paths[path]?.[operation.method.toLowerCase()]
    assert.ok(entry, `${operation.method} ${path}`)
    if (operation.permission !== 'public')
      assert.ok(entry.description.includes(operation.permission))
  }
})

test('the API page shows every operation and carries no script', async (t) => {
  const { url } = await runningServer(t)
  const page = await (await fetch(`${url}/api/docs`)).text()
  assert.doesNotMatch(page, /<script/i)
  for (const operation of allOperations) assert.ok(page.includes(operation.path), operation.path)
})
