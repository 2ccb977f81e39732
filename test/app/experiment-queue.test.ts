import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { httpCaller, operations } from '#contract'
import { enqueue, openQueue } from '#pipeline'
import { project } from '../pipeline/support/project.ts'
import { runningServer } from '../support/home.ts'

const { pipelines } = operations

const pipeline = `stages:
  train:
    cmd: sh train.sh $(grep -o '[0-9]*' params.yaml)
    deps: [train.sh]
    params: [rate]
    metrics:
    - score.json:
        cache: false
`

const train = `echo training at $1
[ $1 = 9 ] && echo no such rate && exit 3
[ $1 = 30 ] && mkdir ROOT/.slept && sleep 30
echo "{\\"score\\": $1}" > score.json
`

/** A committed pipeline with experiments that wait, and a server that works on it. */
async function waiting(t: TestContext, rates: readonly number[]) {
  const made = await project(t, { 'dvc.yaml': pipeline, 'params.yaml': 'rate: 1\n' }, { git: true })
  // one waits the first time that it runs
  const script = train.replace('ROOT', made.root)
  made.write({ '.gitignore': '/.tidemill\n/.slept\n', 'train.sh': script })
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'the pipeline')
  enqueue(
    made.root,
    rates.map((rate) => [`rate=${rate}`]),
    { name: 'sweep' },
  )
  const server = await runningServer(t, { dir: made.root })
  const caller = httpCaller({ url: server.url })
  const rows = async (asked: { on?: string; all?: boolean } = {}) =>
    (await caller.call(pipelines.experiments, asked)).rows.filter((row) => row.baseline)
  return { made, server, caller, rows }
}

test('experiments are told with their state, why they failed and what they printed, while they wait, run and after, and each that is done is a run', async (t) => {
  const { caller, rows } = await waiting(t, [2, 9])
  const before = await caller.call(pipelines.experiments, {})
  assert.deepEqual(before.queue, { worked: false, stopping: false, waiting: 2, running: 0 })
  assert.deepEqual(
    (await rows()).map(({ name, state, params, metrics }) => [name, state, params.rate, metrics]),
    [
      ['sweep-1', 'queued', 2, {}],
      ['sweep-2', 'queued', 9, {}],
    ],
  )
  await caller.call(pipelines.startQueue, {})
  await until(async () =>
    (await rows()).every(({ state }) => state !== 'queued' && state !== 'running'),
  )
  const ended = await rows()
  assert.deepEqual(
    ended.map(({ name, state, metrics }) => [name, state, metrics.score]),
    [
      ['sweep-1', undefined, 2],
      ['sweep-2', 'failed', undefined],
    ],
  )
  assert.match(ended[1]?.problem ?? '', /train/)
  for (const [at, said] of [/training at 2/, /no such rate/].entries()) {
    const log = await caller.call(pipelines.queueLog, { id: ended[at]?.queueId ?? '' })
    assert.match(log.text, said)
    assert.equal(log.running, false)
  }
  const { runs } = await caller.call(operations.runs.search, {})
  assert.deepEqual(
    runs.map(({ name }) => name),
    ['sweep-1'],
  )
  await assert.rejects(caller.call(pipelines.startQueue, {}), /No experiment waits/)
})

test('one that runs is ended, and not removed before; the queue stops after what runs; one whose worker died waits again', async (t) => {
  const { made, caller, rows } = await waiting(t, [30, 2])
  await caller.call(pipelines.startQueue, {})
  await until(async () => (await rows())[0]?.state === 'running')
  const [running, next] = await rows()
  const id = running?.queueId ?? ''
  await until(async () => (await caller.call(pipelines.queueLog, { id })).text.includes('at 30'))
  await assert.rejects(caller.call(pipelines.startQueue, {}), /worked off already/)
  await assert.rejects(caller.call(pipelines.removeQueued, { id }), /end it first/)
  await assert.rejects(caller.call(pipelines.killQueued, { id: next?.queueId ?? '' }), {
    code: 'conflict',
  })
  await caller.call(pipelines.stopQueue, {})
  assert.equal((await caller.call(pipelines.experiments, {})).queue.stopping, true)
  await caller.call(pipelines.killQueued, { id })
  await until(async () => (await rows())[0]?.state === 'killed')
  await until(async () => !(await caller.call(pipelines.experiments, {})).queue.worked)
  assert.equal((await rows())[1]?.state, 'queued')
  await caller.call(pipelines.removeQueued, { id })
  assert.deepEqual(
    (await rows()).map(({ name }) => name),
    ['sweep-2'],
  )
  openQueue(made.root).take({ pid: 2 ** 22 + 1 })
  assert.equal((await rows())[0]?.state, 'queued')
})

test('when a server ends, the experiment that runs waits again, and the next server does it with the others', async (t) => {
  const { made, server, caller } = await waiting(t, [30, 2])
  await caller.call(pipelines.startQueue, {})
  await until(async () => existsSync(join(made.root, '.slept')))
  await server.stop()
  const states = () =>
    openQueue(made.root)
      .list()
      .map(({ state }) => state)
  assert.deepEqual(states(), ['queued', 'queued'])
  await runningServer(t, { dir: made.root })
  await until(async () => states().every((state) => state === 'done'))
})

test('when the job that works off the queue is cancelled, the experiment that runs is killed', async (t) => {
  const { made, caller, rows } = await waiting(t, [30])
  const { job } = await caller.call(pipelines.startQueue, {})
  await until(async () => existsSync(join(made.root, '.slept')))
  await caller.call(operations.jobs.cancel, { id: job.id })
  await until(async () => (await rows())[0]?.state === 'killed')
})

test('the log of an experiment that said more than a string can hold is shown by its end', async (t) => {
  const { made, caller, rows } = await waiting(t, [2])
  const [{ queueId: id = '' } = {}] = await rows()
  const file = openQueue(made.root).logFile({ id })
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '')
  truncateSync(file, 2 ** 30)
  appendFileSync(file, '\nthe last line\n')
  const log = await caller.call(pipelines.queueLog, { id })
  assert.deepEqual(log, { text: 'the last line\n', bytes: 2 ** 30 + 15, running: false })
})

test('of two experiments with one commit the one that is named by its ref is removed', async (t) => {
  const { made, caller, rows } = await waiting(t, [2])
  await caller.call(pipelines.startQueue, {})
  await until(async () => (await rows())[0]?.metrics.score === 2)
  const [first] = await rows()
  made.git('update-ref', `${first?.ref}-too`, first?.rev ?? '')
  assert.deepEqual(
    (await rows()).map(({ rev }) => rev),
    [first?.rev, first?.rev],
  )
  const [, second] = await rows()
  await caller.call(pipelines.removeExperiment, { name: second?.ref ?? '' })
  assert.deepEqual(
    (await rows()).map(({ name }) => name),
    ['sweep'],
  )
})

test('experiments of an earlier commit are found by it and among all, and one of them is brought to the work tree', async (t) => {
  const { made, caller, rows } = await waiting(t, [2, 9])
  await caller.call(pipelines.startQueue, {})
  await until(async () => (await rows())[1]?.state === 'failed')
  const first = made.git('rev-parse', 'HEAD').trim()
  made.write({ 'notes.md': 'more\n' })
  made.git('add', '-A')
  made.git('commit', '-qm', 'notes')
  assert.deepEqual(await rows(), [])
  const { baselines } = await caller.call(pipelines.experiments, {})
  assert.deepEqual(
    baselines.map(({ subject, experiments }) => [subject, experiments]),
    [
      ['notes', 0],
      ['the pipeline', 2],
    ],
  )
  for (const asked of [{ on: first }, { all: true }])
    assert.deepEqual(
      (await rows(asked)).map(({ name, state }) => [name, state]),
      [
        ['sweep-1', undefined],
        ['sweep-2', 'failed'],
      ],
    )
  await assert.rejects(rows({ on: 'nosuch' }), { code: 'not_found' })
  const [done] = await rows({ all: true })
  await caller.call(pipelines.applyExperiment, { name: done?.rev ?? '' })
  assert.equal(made.read('params.yaml'), 'rate: 2\n')
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await holds()); await delay(100))
    assert.ok(Date.now() < end, 'it never came')
}
