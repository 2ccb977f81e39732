import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { localCaller, localIdentity, openApp } from '#app'
import { httpCaller, operations, type Caller } from '#contract'
import { project, type Project } from '../pipeline/support/project.ts'
import { runningServer } from '../support/home.ts'
import { program } from '../support/tidemill.ts'

const { pipelines } = operations

function stageOf(cmd: string, more = ''): string {
  return `stages:\n  s:\n    cmd: ${cmd}\n    params: [v]\n    outs: [o]\n${more}`
}

async function opened(t: TestContext, cmd: string): Promise<{ made: Project; caller: Caller }> {
  const made = await project(t, { 'dvc.yaml': stageOf(cmd), 'params.yaml': 'v: 1\n' })
  const app = await openApp({ home: join(made.root, '.tidemill'), workspace: made.root })
  t.after(() => app.close())
  return { made, caller: localCaller(app, 'default', localIdentity()) }
}

test('an attempt that was restored, cancelled, out of time or failed is told as that, and none of them as running', async (t) => {
  const { made, caller } = await opened(t, 'echo said && cp params.yaml o')
  await made.repro()
  made.write({ 'params.yaml': 'v: 2\n' })
  await made.repro()
  made.write({ 'params.yaml': 'v: 1\n' })
  await made.repro()
  made.write({ 'dvc.yaml': stageOf('exit 3') })
  await assert.rejects(made.repro())
  made.write({ 'dvc.yaml': stageOf('sleep 30') })
  await assert.rejects(made.repro({ signal: AbortSignal.timeout(300) }))
  made.write({ 'dvc.yaml': stageOf('sleep 30', '    meta: {timeout: 200ms}\n') })
  await assert.rejects(made.repro())

  const { attempts, stage } = await caller.call(pipelines.stage, { name: 's' })
  assert.deepEqual(
    attempts.map(({ state, exitCode }) => [state, exitCode]),
    [
      ['timed out', 143],
      ['cancelled', 143],
      ['failed', 3],
      ['restored', undefined],
      ['done', 0],
      ['done', 0],
    ],
  )
  assert.equal(stage.live, 'failed')
  for (const { id } of attempts)
    assert.equal((await caller.call(pipelines.log, { name: 's', attempt: id })).running, false)
})

test('a stage that a terminal runs is running on the pages, which are told of it; when that repro is killed it is killed', async (t) => {
  const made = await project(t, {
    'dvc.yaml': stageOf('sleep 30 && cp params.yaml o'),
    'params.yaml': 'v: 1\n',
  })
  const server = await runningServer(t, { dir: made.root })
  const caller = httpCaller({ url: server.url })
  const listening = new AbortController()
  t.after(() => listening.abort())
  let told = 0
  void (async () => {
    for await (const { area } of server.app.eventsOf('default').listen(listening.signal))
      if (area === 'pipeline') told += 1
  })()
  const terminal = spawn(process.execPath, [program, 'repro'], {
    ...{ cwd: made.root, env: { ...made.env, TIDEMILL_URL: '' }, stdio: 'ignore' },
  })
  t.after(() => terminal.kill('SIGKILL'))

  const now = async () => (await caller.call(pipelines.graph, {})).stages[0]
  await until(async () => (await now())?.live === 'running')
  await until(() => told > 0)
  const [attempt] = (await caller.call(pipelines.stage, { name: 's' })).attempts
  const asked = { name: 's', attempt: attempt?.id ?? '' }
  assert.equal((await caller.call(pipelines.log, asked)).running, true)
  await until(async () => (await caller.call(pipelines.use, asked)).samples.length > 2)

  terminal.kill('SIGKILL')
  await once(terminal, 'exit')
  assert.equal((await now())?.live, undefined)
  const [killed] = (await caller.call(pipelines.stage, { name: 's' })).attempts
  assert.equal(killed?.state, 'killed')
  assert.equal((await caller.call(pipelines.log, asked)).running, false)
  // what was seen of it stays
  const { samples, running } = await caller.call(pipelines.use, asked)
  assert.deepEqual([running, samples.length > 2], [false, true])
  assert.ok(samples.every(({ cores, rssBytes }) => cores >= 0 && rssBytes > 0))
  // the next run ends what the killed one left
  made.write({ 'dvc.yaml': stageOf('cp params.yaml o') })
  await made.repro()
  await until(async () => (await now())?.action === 'skip')
})

test('a plan says what the run will take with its interval, two stages at a time as the server runs them', async (t) => {
  const { made, caller } = await opened(t, 'sleep 0.4 && cp params.yaml o')
  assert.equal((await caller.call(pipelines.plan, {})).forecast, undefined)
  const text = ['a', 'b', 'c'].map(
    (name) =>
      `  ${name}:\n    cmd: sleep 0.4 && cp params.yaml ${name}\n    params: [v]\n    outs: [${name}]\n`,
  )
  made.write({ 'dvc.yaml': `stages:\n${text.slice(0, 2).join('')}` })
  for (const v of [1, 2, 3]) {
    made.write({ 'params.yaml': `v: ${v}\n` })
    await made.repro()
  }
  made.write({ 'params.yaml': 'v: 4\n' })
  const { forecast } = await caller.call(pipelines.plan, {})
  const { median = NaN, low = NaN, high = NaN } = forecast?.seconds ?? {}
  assert.ok(low < median && median < high, JSON.stringify(forecast))
  const last = (await caller.call(pipelines.graph, {})).stages.map((each) => each.seconds ?? 0)
  // one after the other they take their sum
  assert.ok(median < (last[0] ?? 0) + (last[1] ?? 0), JSON.stringify([forecast, last]))
  assert.deepEqual(forecast?.unknown, [])
  made.write({ 'dvc.yaml': `stages:\n${text.join('')}` })
  assert.deepEqual((await caller.call(pipelines.plan, {})).forecast?.unknown, ['c'])
})

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await holds()); await delay(100))
    assert.ok(Date.now() < end, 'it never came')
}
