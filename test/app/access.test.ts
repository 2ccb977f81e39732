import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { operations } from '#contract'
import { withCode } from '../auth/support/open-test-auth.ts'
import { runningServer } from '../support/home.ts'
import type { Loose } from '../support/loose.ts'
import { allRoutes } from '../../src/app/server.ts'
import { actor, type Actor } from './support/actor.ts'

const { runs } = operations

/** A server that lets nobody in for being near, with a run in each of three experiments. */
async function open(t: TestContext) {
  const server = await runningServer(t, { host: '0.0.0.0' })
  const root = await actor(server, 'root', 'admin')
  const made = []
  for (const experiment of ['mine', 'team/shared', 'secret']) {
    const { run } = await root.caller.call(runs.create, { experiment, params: { of: experiment } })
    await root.caller.call(runs.log, { run: run.id, metrics: [{ key: 'm', value: 1 }] })
    await root.caller.call(runs.putArtifact, { run: run.id, path: 'a.txt' }, Buffer.from('hello'))
    made.push(run)
  }
  const [mine, shared, secret] = made
  assert.ok(mine && shared && secret)
  return { server, root, mine, shared, secret }
}

test('whoever has a role in one experiment sees that one and no other, over our API', async (t) => {
  const { server, root, mine, secret } = await open(t)
  const ada = await actor(server, 'ada')
  await assert.rejects(ada.caller.call(runs.experiments, {}), withCode('forbidden'))
  await root.caller.call(runs.grantAccess, { experiment: 'mine', user: 'ada', role: 'viewer' })
  const { experiments } = await ada.caller.call(runs.experiments, {})
  assert.deepEqual(
    experiments.map(({ name }) => name),
    ['mine'],
  )
  assert.deepEqual((await ada.caller.call(runs.tree, {})).folders, [])
  assert.deepEqual(
    (await ada.caller.call(runs.search, {})).runs.map(({ id }) => id),
    [mine.id],
  )
  assert.equal((await ada.caller.call(runs.count, {})).count, 1)
  assert.equal((await ada.caller.call(runs.get, { run: mine.id })).run.params.of, 'mine')
  for (const call of [
    () => ada.caller.call(runs.get, { run: secret.id }),
    () => ada.caller.call(runs.history, { run: secret.id, key: 'm' }),
    () => ada.caller.call(runs.search, { experiment: 'secret' }),
    () => ada.caller.call(runs.count, { experiment: 'secret' }),
    () => ada.caller.download(runs.artifact, { run: secret.id, path: 'a.txt' }),
  ]) {
    await assert.rejects(call(), withCode('not_found'))
  }
  for (const call of [
    () => ada.caller.call(runs.log, { run: mine.id, metrics: [] }),
    () => ada.caller.call(operations.models.list, {}),
    () => ada.caller.call(operations.datasets.list, {}),
    () => ada.caller.call(operations.retention.list, {}),
  ]) {
    await assert.rejects(call(), withCode('forbidden'))
  }
  assert.deepEqual((await ada.caller.call(operations.session.get, {})).permissions, [
    'tracking:read',
  ])
})

test('a run that is made once is the first of its experiment, never one that somebody made of the same in another', async (t) => {
  const { server, root } = await open(t)
  const ada = await actor(server, 'ada')
  await root.caller.call(runs.grantAccess, { experiment: 'mine', user: 'ada', role: 'editor' })
  const make = async ({ caller }: Actor, experiment: string) =>
    (await caller.call(runs.create, { experiment, params: { of: experiment }, once: 'it' })).run
  const hers = await make(ada, 'mine')
  const hidden = await make(root, 'secret')
  assert.deepEqual([hidden.experiment, hidden.params.of], ['secret', 'secret'])
  assert.deepEqual((await make(ada, 'mine')).id, hers.id)
  assert.deepEqual((await make(root, 'secret')).id, hidden.id)
})

test('MLflow’s clients see and change what the role in one experiment lets them, and nothing else', async (t) => {
  const { server, root, mine, secret } = await open(t)
  const ada = await actor(server, 'ada')
  await root.caller.call(runs.grantAccess, { experiment: 'mine', user: 'ada', role: 'editor' })
  const found = await ada.mlflow('POST', 'experiments/search', { max_results: 100 })
  assert.deepEqual(
    found.body.experiments.map((each: Loose) => each.name),
    ['mine'],
  )
  const both = [mine.experimentId, secret.experimentId]
  const searched = await ada.mlflow('POST', 'runs/search', { experiment_ids: both })
  assert.deepEqual(
    searched.body.runs.map((each: Loose) => each.info.run_id),
    [mine.id],
  )
  const made = await ada.mlflow('POST', 'runs/create', { experiment_id: mine.experimentId })
  assert.equal(made.status, 200)
  const run_id = made.body.run.info.run_id as string
  const metrics = [{ key: 'm', value: 1, timestamp: 1, step: 0 }]
  assert.equal((await ada.mlflow('POST', 'runs/log-batch', { run_id, metrics })).status, 200)
  const artifacts = '/api/2.0/mlflow-artifacts/artifacts'
  const own = `${artifacts}/${mine.experimentId}/${run_id}/artifacts/x.txt`
  assert.equal((await ada.mlflow('PUT', own)).status, 200)
  const foreign = secret.id
  const there = `${artifacts}/${mine.experimentId}/${foreign}/artifacts/a.txt`
  const model = (
    await root.mlflow('POST', 'logged-models', { experiment_id: secret.experimentId, name: 'm' })
  ).body.model.info.model_id as string
  const hidden: readonly (readonly [string, string, object?])[] = [
    ['GET', `runs/get?run_id=${foreign}`],
    ['POST', 'runs/update', { run_id: foreign, status: 'FAILED' }],
    ['POST', 'runs/delete', { run_id: foreign }],
    ['POST', 'runs/restore', { run_id: foreign }],
    ['POST', 'runs/log-batch', { run_id: foreign, metrics }],
    ['POST', 'runs/log-metric', { run_id: foreign, ...metrics[0] }],
    ['POST', 'runs/set-tag', { run_id: foreign, key: 'k', value: 'v' }],
    ['POST', 'runs/log-inputs', { run_id: foreign, datasets: [] }],
    ['POST', 'runs/outputs', { run_id: foreign, models: [] }],
    ['GET', `metrics/get-history?run_id=${foreign}&metric_key=m`],
    ['GET', `metrics/get-history-bulk?run_id=${foreign}&metric_key=m`],
    ['GET', `metrics/get-history-bulk-interval?run_ids=${foreign}&metric_key=m`],
    ['GET', `artifacts/list?run_id=${foreign}`],
    ['GET', `/get-artifact?run_id=${foreign}&path=a.txt`],
    ['GET', there],
    ['PUT', there],
    ['GET', `${artifacts}?path=${secret.experimentId}/${foreign}/artifacts`],
    ['GET', `experiments/get?experiment_id=${secret.experimentId}`],
    ['GET', 'experiments/get-by-name?experiment_name=secret'],
    ['POST', 'experiments/delete', { experiment_id: secret.experimentId }],
    ['POST', 'experiments/update', { experiment_id: secret.experimentId, new_name: 'x' }],
    ['POST', 'runs/create', { experiment_id: secret.experimentId }],
    ['GET', `logged-models/${model}`],
    ['PATCH', `logged-models/${model}`, { status: 'LOGGED_MODEL_READY' }],
    ['DELETE', `logged-models/${model}`],
    ['POST', 'runs/log-metric', { run_id, ...metrics[0], model_id: model }],
    ['POST', 'runs/outputs', { run_id, models: [{ model_id: model, step: 0 }] }],
    ['POST', 'logged-models', { experiment_id: mine.experimentId, source_run_id: foreign }],
  ]
  for (const [method, path, body] of hidden) {
    const { status, body: answer } = await ada.mlflow(method, path, body)
    assert.equal(status, 404, `${method} ${path} ${JSON.stringify(answer)}`)
    assert.equal(answer.error_code, 'RESOURCE_DOES_NOT_EXIST')
  }
  // Files are a manager's to remove, wherever they are.
  assert.equal((await ada.mlflow('DELETE', there)).status, 403)
  const refused = await ada.mlflow('POST', 'experiments/create', { name: 'another' })
  assert.deepEqual([refused.status, refused.body.error_code], [403, 'PERMISSION_DENIED'])
  assert.equal((await ada.mlflow('GET', 'registered-models/search')).status, 403)
  assert.equal((await root.caller.call(runs.get, { run: foreign })).run.status, 'running')
})

test('files are removed by who manages the experiment they are in, whatever else is theirs', async (t) => {
  const { server, root, mine, secret } = await open(t)
  const ada = await actor(server, 'ada')
  await root.caller.call(runs.grantAccess, { experiment: 'mine', user: 'ada', role: 'manager' })
  await root.caller.call(runs.grantAccess, { experiment: 'secret', user: 'ada', role: 'editor' })
  const file = (run: typeof mine) =>
    `/api/2.0/mlflow-artifacts/artifacts/${run.experimentId}/${run.id}/artifacts/a.txt`
  assert.equal((await ada.mlflow('DELETE', file(secret))).status, 403)
  assert.equal((await root.caller.call(runs.get, { run: secret.id })).artifacts.length, 1)
  assert.equal((await ada.mlflow('DELETE', file(mine))).status, 200)
})

test('traces of an experiment that may not be seen are neither read, nor judged, nor taken over', async (t) => {
  const { server, root, mine, secret } = await open(t)
  const ada = await actor(server, 'ada')
  await root.caller.call(runs.grantAccess, { experiment: 'mine', user: 'ada', role: 'editor' })
  const info = (experiment_id: string) => ({
    trace: {
      trace_info: {
        trace_id: 'tr-1',
        trace_location: { mlflow_experiment: { experiment_id } },
        request_time: '2026-01-01T00:00:00Z',
      },
    },
  })
  const traces = '/api/3.0/mlflow/traces'
  await root.mlflow('POST', traces, info(secret.experimentId))
  assert.equal((await ada.mlflow('POST', traces, info(mine.experimentId))).status, 404)
  assert.equal((await ada.mlflow('GET', `${traces}/tr-1`)).status, 404)
  assert.deepEqual((await ada.mlflow('GET', `${traces}/batchGet?trace_ids=tr-1`)).body.traces, [])
  const locations = [{ mlflow_experiment: { experiment_id: secret.experimentId } }]
  assert.deepEqual((await ada.mlflow('POST', `${traces}/search`, { locations })).body.traces, [])
  assert.equal(
    (await ada.mlflow('PATCH', `${traces}/tr-1/tags`, { key: 'k', value: 'v' })).status,
    404,
  )
})

test('a group’s role in a folder is its members’, in whatever is put there, and goes with the folder and with the member', async (t) => {
  const { server, root, shared } = await open(t)
  const bob = await actor(server, 'bob')
  await root.caller.call(operations.groups.create, { name: 'vision' })
  await root.caller.call(operations.groups.member, { name: 'vision', user: 'bob', member: true })
  await root.caller.call(runs.grantAccess, { folder: 'team', group: 'vision', role: 'editor' })
  await bob.caller.call(runs.log, { run: shared.id, metrics: [{ key: 'm', value: 2 }] })
  await bob.caller.call(runs.createExperiment, { name: 'team/new' })
  await bob.caller.call(runs.create, { experiment: 'team/newer' })
  await assert.rejects(
    bob.caller.call(runs.create, { experiment: 'elsewhere' }),
    withCode('forbidden'),
  )
  const into = { runs: [shared.id], to: 'mine' }
  await assert.rejects(bob.caller.call(runs.move, into), withCode('not_found'))
  await root.caller.call(runs.moveFolder, { folder: 'team', to: 'lab/team' })
  const names = (await bob.caller.call(runs.experiments, {})).experiments.map(({ name }) => name)
  assert.deepEqual(names.toSorted(), ['lab/team/new', 'lab/team/newer', 'lab/team/shared'])
  const leaving = { folder: 'lab/team', to: 'mine' }
  await assert.rejects(bob.caller.call(runs.moveFolder, leaving), withCode('forbidden'))
  await root.caller.call(operations.groups.member, { name: 'vision', user: 'bob', member: false })
  await assert.rejects(bob.caller.call(runs.experiments, {}), withCode('forbidden'))
})

test('a move of a folder that was cut short leaves no role behind, and the same move completes it', async (t) => {
  const { server, root, shared } = await open(t)
  const bob = await actor(server, 'bob')
  await root.caller.call(runs.grantAccess, { folder: 'team', user: 'bob', role: 'editor' })
  const move = { folder: 'team', to: 'lab' }
  await root.caller.call(runs.createExperiment, { name: 'lab/shared' })
  await assert.rejects(root.caller.call(runs.moveFolder, move), withCode('already_exists'))
  assert.equal((await bob.caller.call(runs.get, { run: shared.id })).run.id, shared.id)
  await root.caller.call(runs.removeExperiment, { experiment: await idOf(root, 'lab/shared') })
  const free = { folder: 'team', to: 'free' }
  // What is done first, as if nothing came after it.
  await server.app.auth.places.renameFolder('default', 'team', 'free')
  await root.caller.call(runs.createExperiment, { name: 'team/next' })
  await assert.rejects(bob.caller.call(runs.get, { run: shared.id }), withCode('not_found'))
  await root.caller.call(runs.moveFolder, free)
  assert.equal((await bob.caller.call(runs.get, { run: shared.id })).run.experiment, 'free/shared')
})

async function idOf({ caller }: Awaited<ReturnType<typeof actor>>, name: string): Promise<string> {
  const { experiments } = await caller.call(runs.experiments, {})
  return experiments.find((each) => each.name === name)?.id ?? ''
}

test('a manager of an experiment shares it and ends what was removed in it; an editor does neither', async (t) => {
  const { server, root, mine, secret } = await open(t)
  const [boss, hand] = [await actor(server, 'boss'), await actor(server, 'hand')]
  await root.caller.call(runs.grantAccess, { experiment: 'mine', user: 'boss', role: 'manager' })
  await boss.caller.call(runs.grantAccess, { experiment: 'mine', user: 'hand', role: 'editor' })
  const more = { experiment: 'mine', user: 'hand', role: 'manager' } as const
  await assert.rejects(hand.caller.call(runs.grantAccess, more), withCode('forbidden'))
  const other = { experiment: 'secret', user: 'boss', role: 'viewer' } as const
  await assert.rejects(boss.caller.call(runs.grantAccess, other), withCode('not_found'))
  await root.caller.call(runs.remove, { run: secret.id })
  await hand.caller.call(runs.remove, { run: mine.id })
  await assert.rejects(hand.caller.call(runs.gc, { dry: false }), withCode('forbidden'))
  assert.equal((await boss.caller.call(runs.gc, { dry: false })).runs, 1)
  assert.equal((await root.caller.call(runs.get, { run: secret.id })).run.id, secret.id)
  assert.equal((await boss.caller.call(runs.access, {})).grants.length, 2)
  const { entries } = await root.caller.call(operations.audit.list, {})
  const noted = entries.filter(({ what }) => what === 'runs.grantAccess')
  assert.deepEqual(
    noted.map(({ who, object }) => `${who} ${object}`),
    ['boss hand', 'root boss'],
  )
  await root.caller.call(operations.groups.create, { name: 'g' })
  await assert.rejects(
    root.caller.call(runs.grantAccess, { experiment: 'mine', user: 'nobody-here', role: 'viewer' }),
    withCode('not_found'),
  )
})

test('nobody makes a project by naming one: strangers, roles everywhere and slips of the keyboard are told there is none', async (t) => {
  const { server, root } = await open(t)
  const [reader, robot] = [await actor(server, 'reader', 'viewer'), await actor(server, 'robot')]
  const status = async (
    path: string,
    project: string,
    who?: Actor,
    body?: object,
  ): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      headers: {
        ...who?.headers,
        'x-tidemill-project': project,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    })
    await response.body?.cancel()
    return response.status
  }
  const run = { experiment: 'e' }
  assert.equal(await status('/api/session', 'x1'), 200)
  for (const path of ['/version', '/api/3.0/mlflow/server-info', '/v2/health/ready'])
    assert.equal(await status(path, 'x2'), 200)
  assert.equal(await status('/api/session', 'x3', undefined, { name: 'a', password: 'b' }), 401)
  assert.equal(await status('/api/datasets', 'x4', reader), 404)
  assert.equal(await status('/v2/models/m', 'x5', reader), 404)
  assert.equal(await status('/api/2.0/mlflow/experiments/search', 'x6', reader, {}), 404)
  assert.equal(await status('/api/datasets', 'x7', root), 404)
  await server.app.auth.users.grant('reader', '*', 'editor')
  assert.equal(await status('/api/runs', 'x8', reader, run), 404)
  const projects = join(server.app.home, 'projects')
  assert.deepEqual(await readdir(projects), ['default'])

  // An admin makes one by putting something into it, and by giving somebody a role in it.
  assert.equal(await status('/api/runs', 'made', root, run), 200)
  assert.equal(await status('/api/datasets', 'made', reader), 200)
  await server.app.auth.users.grant('robot', 'given', 'editor')
  assert.equal(await status('/api/runs', 'given', robot, run), 200)
  assert.equal(await status('/api/runs', 'taken', robot, run), 403)
  assert.deepEqual((await readdir(projects)).toSorted(), ['default', 'given', 'made'])
})

test('a role in one experiment opens the routes that look at each experiment, and no other of all there are', async (t) => {
  const { server, root } = await open(t)
  const eve = await actor(server, 'eve')
  await root.caller.call(runs.grantAccess, { experiment: 'mine', user: 'eve', role: 'manager' })
  let opened = 0
  for (const route of allRoutes(server.app)) {
    if (route.permission === 'public' || route.path === '/api/events') continue
    const path = route.path.replace(/:(\w+)/g, 'none').replace(/\*$/, 'none')
    const hasBody = route.method !== 'GET' && route.method !== 'DELETE'
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      method: route.method,
      headers: { ...eve.headers, ...(hasBody ? { 'content-type': 'application/json' } : {}) },
      ...(hasBody ? { body: '{}' } : {}),
    })
    await response.body?.cancel()
    if (route.somewhere) opened++
    else assert.equal(response.status, 403, `${route.method} ${route.path}`)
    if (route.somewhere) assert.ok(route.permission.startsWith('tracking:'), route.path)
  }
  assert.ok(opened > 60, `${opened} routes`)
})
