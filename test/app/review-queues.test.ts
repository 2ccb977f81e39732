import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { operations } from '#contract'
import { runningServer } from '../support/home.ts'
import { actor, type Actor } from './support/actor.ts'
import { mlflowServer } from './support/mlflow-server.ts'

const { runs } = operations
const schemas = '/api/3.0/mlflow/label-schemas'
const queues = '/api/3.0/mlflow/review-queues'
const text = { type: 'FEEDBACK', input: { text: {} } }

/** An experiment with a question, a queue and a trace in it. */
async function filled({ caller, mlflow }: Actor, name: string) {
  const { experimentId } = (await caller.call(runs.create, { experiment: name })).run
  const trace = `tr-${name}`
  const location = { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experimentId } }
  const told = { trace_id: trace, trace_location: location, state: 'OK' }
  const times = { request_time: '2026-01-01T00:00:00Z', execution_duration: '1s' }
  const saved = { trace: { trace_info: { ...told, ...times } } }
  assert.equal((await mlflow('POST', '/api/3.0/mlflow/traces', saved)).status, 200)
  const own = { experiment_id: experimentId }
  const asked = await mlflow('POST', `${schemas}/create`, { ...own, name: 'right?', ...text })
  const made = await mlflow('POST', `${queues}/create`, { ...own, name: 'q', queue_type: 'CUSTOM' })
  const queue = String(made.body.review_queue.queue_id)
  const items = { queue_id: queue, item_ids: [trace] }
  assert.equal((await mlflow('POST', `${queues}/items/add`, items)).status, 200)
  const schema = String(asked.body.label_schema.schema_id)
  return {
    experiment: experimentId,
    trace,
    schema,
    queue,
    owner: made.body.review_queue.created_by,
  }
}

async function open(t: TestContext) {
  const server = await runningServer(t, { host: '0.0.0.0' })
  const root = await actor(server, 'root', 'admin')
  const mine = await filled(root, 'mine')
  const secret = await filled(root, 'secret')
  const [ada, bob] = [await actor(server, 'ada'), await actor(server, 'bob')]
  await root.caller.call(runs.grantAccess, { experiment: 'mine', user: 'ada', role: 'editor' })
  await root.caller.call(runs.grantAccess, { experiment: 'mine', user: 'bob', role: 'viewer' })
  return { root, ada, bob, mine, secret }
}

type Place = Awaited<ReturnType<typeof filled>>
type Asked = readonly (readonly [string, string, object?])[]

const reading = ({ experiment, schema, queue }: Place): Asked => [
  ['GET', `${schemas}/get?schema_id=${schema}`],
  ['GET', `${schemas}/get-by-name?experiment_id=${experiment}&name=right%3F`],
  ['GET', `${schemas}/list?experiment_id=${experiment}`],
  ['GET', `${queues}/get?queue_id=${queue}`],
  ['GET', `${queues}/get-by-name?experiment_id=${experiment}&name=Q`],
  ['GET', `${queues}/list?experiment_id=${experiment}`],
  ['GET', `${queues}/items/list?queue_id=${queue}`],
]

const writing = ({ experiment, schema, queue, trace }: Place): Asked => [
  ['POST', `${schemas}/create`, { experiment_id: experiment, name: 'new', ...text }],
  ['PATCH', `${schemas}/update`, { schema_id: schema, enable_comment: true }],
  ['POST', `${queues}/create`, { experiment_id: experiment, name: 'new', queue_type: 'CUSTOM' }],
  ['POST', `${queues}/get-or-create-user`, { experiment_id: experiment, user: 'eve' }],
  ['POST', `${queues}/update`, { queue_id: queue, name: 'other' }],
  ['POST', `${queues}/items/add`, { queue_id: queue, item_ids: [trace] }],
  ['POST', `${queues}/items/set-status`, { queue_id: queue, item_id: trace, status: 'DECLINED' }],
  ['POST', `${queues}/items/remove`, { queue_id: queue, item_ids: [trace] }],
]

const removing = ({ schema, queue }: Place): Asked => [
  ['DELETE', `${schemas}/delete`, { schema_id: schema }],
  ['POST', `${queues}/delete`, { queue_id: queue }],
]

async function statuses({ mlflow }: Actor, asked: Asked): Promise<readonly number[]> {
  const answers: number[] = []
  for (const [method, path, body] of asked) answers.push((await mlflow(method, path, body)).status)
  return answers
}

const every = (asked: Asked, status: number) => asked.map(() => status)

test('questions and queues are seen and changed by whoever may with their experiment, and by nobody else', async (t) => {
  const { root, ada, bob, mine, secret } = await open(t)
  assert.deepEqual(await statuses(ada, reading(secret)), every(reading(secret), 404))
  assert.deepEqual(await statuses(ada, writing(secret)), every(writing(secret), 404))
  assert.deepEqual(await statuses(bob, reading(secret)), every(reading(secret), 404))
  assert.deepEqual(await statuses(bob, writing(secret)), every(writing(secret), 403))
  // What is not there is gone already, and so is what may not be seen.
  assert.deepEqual(await statuses(ada, removing(secret)), [200, 200])
  assert.deepEqual(await statuses(root, reading(secret)), every(reading(secret), 200))
  assert.deepEqual(await statuses(bob, reading(mine)), every(reading(mine), 200))
  assert.deepEqual(await statuses(bob, writing(mine)), every(writing(mine), 403))
  assert.deepEqual(await statuses(bob, removing(mine)), [403, 403])
  assert.deepEqual(await statuses(ada, reading(mine)), every(reading(mine), 200))
  assert.deepEqual(await statuses(ada, writing(mine)), every(writing(mine), 200))
  assert.deepEqual(await statuses(ada, removing(mine)), [200, 200])
  assert.equal((await root.mlflow('GET', `${queues}/get?queue_id=${mine.queue}`)).status, 404)
})

test('who signed in is who made a queue and completed a trace, whatever a client says', async (t) => {
  const { ada, mine } = await open(t)
  assert.equal(mine.owner, 'root')
  const set = async (status: string) => {
    const item = { queue_id: mine.queue, item_id: mine.trace, completed_by: 'eve' }
    return (await ada.mlflow('POST', `${queues}/items/set-status`, { ...item, status })).body.item
  }
  assert.equal((await set('COMPLETE')).completed_by, 'ada')
  assert.equal((await set('PENDING')).completed_by, undefined)
})

test('a question with two inputs, a limit that is no number and an item that is no trace are refused', async (t) => {
  const { ask } = await mlflowServer(t)
  const named = { experiment_id: '0', name: 'new', type: 'FEEDBACK' }
  for (const input of [{ text: {}, numeric: {} }, { text: { max_length: 'many' } }, {}]) {
    const { status, body } = await ask('POST', `${schemas}/create`, { ...named, input })
    assert.deepEqual([status, body.error_code], [400, 'INVALID_PARAMETER_VALUE'])
  }
  const items = { queue_id: 'rq-none', item_ids: ['tr-1'], item_type: 'SPAN' }
  const { body } = await ask('POST', `${queues}/items/add`, items)
  assert.match(body.message as string, /'item_type' supplied: one of TRACE is expected/)
})

test('a client that names no experiment asks about Default, which is there at once', async (t) => {
  const { ask } = await mlflowServer(t)
  const { body } = await ask('GET', `${schemas}/list?experiment_id=0`)
  assert.deepEqual([body.label_schemas.length, body.label_schemas[0].is_default], [1, true])
  const queue = { experiment_id: '0', user: 'ada' }
  assert.equal((await ask('POST', `${queues}/get-or-create-user`, queue)).status, 200)
})
