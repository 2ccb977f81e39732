import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { runningServer } from '../support/home.ts'

const json = { 'content-type': 'application/json' }

test('an address below /p/NAME is that project for MLflow’s clients, for ours and for pages', async (t) => {
  const { url, app } = await runningServer(t)
  const rooms = await app.project('boats', { make: true })
  const made = await fetch(`${url}/p/boats/api/2.0/mlflow/experiments/create`, {
    ...{ method: 'POST', headers: json, body: JSON.stringify({ name: 'sails' }) },
  })
  assert.equal(made.status, 200)
  assert.ok((await rooms.tracking.experiments()).some(({ name }) => name === 'sails'))
  const usual = await app.project('default')
  assert.ok(!(await usual.tracking.experiments()).some(({ name }) => name === 'sails'))

  const caller = httpCaller({ url: `${url}/p/boats` })
  const { run } = await caller.call(operations.runs.create, { experiment: 'sails' })
  assert.equal((await rooms.tracking.run(run.id)).experiment, 'sails')
  const session = await caller.call(operations.session.get, {})
  assert.deepEqual([session.project, session.projects], ['boats', ['boats', 'default']])

  for (const path of ['/p/boats', '/p/boats/', '/p/boats/runs?x=1'])
    assert.equal((await fetch(url + path, { headers: { accept: 'text/html' } })).status, 200)
  const search = `${url}/p/boats/ajax-api/2.0/mlflow/experiments/get-by-name?experiment_name=sails`
  assert.equal((await fetch(search)).status, 200)
})

test('a project that is not there, or is not one’s own, is refused by its address as by its name', async (t) => {
  const { url, app } = await runningServer(t)
  await app.project('boats', { make: true })
  const { users, tokens } = app.auth
  await users.create({ name: 'guest', kind: 'service', role: 'viewer', project: 'default' })
  const { token } = await tokens.create({ user: 'guest', name: 'one' })
  const as = (path: string) =>
    fetch(`${url}${path}/api/runs`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal((await as('')).status, 200)
  assert.equal((await as('/p/boats')).status, 403)
  assert.equal((await fetch(`${url}/p/nowhere/api/runs`)).status, 404)
  assert.equal((await fetch(`${url}/p/../api/runs`)).status, 200)
  assert.equal((await fetch(`${url}/p/No-Name/api/runs`)).status, 404)
  const { projects } = await httpCaller({ url, token }).call(operations.session.get, {})
  assert.deepEqual(projects, ['default'])
})
