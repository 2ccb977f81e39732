import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { TidemillError } from '#contract'
import { connect } from '../../src/app/client/index.ts'
import { deliver } from '../../src/app/client/deliver.ts'
import { readArguments } from '../../src/app/client/read-arguments.ts'
import { commandOf } from '../../src/app/client/source.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'

const script = fileURLToPath(new URL('./support/training-process.ts', import.meta.url))

async function train(url: string, how: string, ...signals: readonly NodeJS.Signals[]) {
  const child = spawn(process.execPath, [script, how, '--lr', '0.1', '--fast'], {
    env: { ...process.env, TIDEMILL_URL: url, TIDEMILL_TOKEN: '', TIDEMILL_PROJECT: '', SEED: '7' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const logged = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('logged')) resolve()
    })
  })
  const exited = once(child, 'exit')
  if (signals.length > 0) await logged
  for (const signal of signals) {
    child.kill(signal)
    // two of a kind at one moment are one to the system
    await delay(5)
  }
  const [code, ended] = (await exited) as [number | null, NodeJS.Signals | null]
  return { code, ended, said }
}

for (const [how, status, code] of [
  ['end', 'finished', 0],
  ['leave', 'finished', 0],
  ['exit', 'finished', 0],
  ['throw', 'failed', 1],
] as const) {
  test(`a program that ends by "${how}" leaves a ${status} run with every point, and what it was made on`, async (t) => {
    const server = await runningServer(t)
    const trained = await train(server.url, how)
    assert.deepEqual([trained.code, /problem/.exec(trained.said)], [code, null])
    const { tracking } = await server.app.project('default')
    const { items } = await tracking.search({ experiment: 'from node' })
    const [run] = items
    assert.ok(run && items.length === 1)
    assert.deepEqual([run.name, run.status, run.tags.team], [how, status, 'a'])
    assert.deepEqual(run.params, { lr: '0.1', fast: 'true', SEED: '7', model: 'knn' })
    assert.equal((await tracking.history(run.id, 'loss')).total, 2500)
    assert.ok(Number.isNaN(run.metrics.odd))
    if (how === 'exit' || how === 'throw') assert.equal(run.metrics.last, 1)
    assert.ok((run.metrics['system/process_rss_megabytes'] ?? 0) > 10)
    assert.match(run.source.code ?? '', /^[0-9a-f]{40}/)
    assert.deepEqual(run.source.command?.slice(-3), ['--lr', '0.1', '--fast'])
    assert.equal((await tracking.artifacts(run.id))[0]?.path, 'notes/a.txt')
  })
}

for (const [times, signals] of [
  ['a signal', ['SIGTERM']],
  ['a signal that comes twice, of the group and of what started it,', ['SIGTERM', 'SIGTERM']],
] as const) {
  test(`${times} ends the run as killed and the process by the signal`, async (t) => {
    const server = await runningServer(t)
    const { ended } = await train(server.url, 'signal', ...signals)
    assert.equal(ended, 'SIGTERM')
    const { tracking } = await server.app.project('default')
    const [run] = (await tracking.search({ experiment: 'from node' })).items
    assert.ok(run)
    assert.equal(run.status, 'killed')
    assert.equal((await tracking.history(run.id, 'loss')).total, 2500)
  })
}

test('a server that is not there fails no training, and a strict client says so at once', async () => {
  const problems: string[] = []
  const away = 'http://127.0.0.1:9'
  const client = await connect({ url: away, onProblem: (problem) => void problems.push(problem) })
  const run = await client.startRun({ experiment: 'e', autolog: false })
  run.logMetrics({ a: 1 })
  assert.deepEqual([run.id, problems], [undefined, []])
  const strict = await connect({ url: away, strict: true })
  await assert.rejects(strict.startRun({ experiment: 'e', autolog: false }), /does not answer/)
})

test('a server that comes up later gets what was logged before, once each', async (t) => {
  const server = await runningServer(t)
  let isAway = true
  const gate = createServer((request, response) => {
    if (isAway) return void response.writeHead(503).end('{}')
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => void chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const headers = { 'content-type': request.headers['content-type'] ?? 'application/json' }
      const init = {
        method: request.method ?? 'GET',
        headers,
        ...(body.length > 0 ? { body } : {}),
      }
      void fetch(`${server.url}${request.url ?? ''}`, init).then(async (answer) => {
        response.writeHead(answer.status, { 'content-type': 'application/json' })
        response.end(await answer.text())
      })
    })
  })
  await new Promise<void>((resolve) => void gate.listen(0, '127.0.0.1', resolve))
  t.after(() => gate.close())
  const url = `http://127.0.0.1:${(gate.address() as AddressInfo).port}`
  const client = await connect({ url, onProblem: () => undefined })
  const run = await client.startRun({ experiment: 'late', autolog: false })
  for (let step = 0; step < 10; step++) run.logMetrics({ m: step }, step)
  isAway = false
  await run.end()
  const { tracking } = await server.app.project('default')
  const { items } = await tracking.search({ experiment: 'late' })
  assert.equal(items.length, 1)
  assert.equal((await tracking.history(run.id ?? '', 'm')).total, 10)
  assert.equal(items[0]?.status, 'finished')
})

test('what the server refuses is told once, and the rest goes on', async (t) => {
  const { url } = await runningServer(t)
  const problems: string[] = []
  const client = await connect({ url, onProblem: (problem) => void problems.push(problem) })
  const run = await client.startRun({ experiment: 'e', autolog: false })
  run.logMetrics({ 'not a\u0000key': 1 })
  await run.flush()
  run.logMetrics({ fine: 1 })
  await run.end()
  assert.equal(problems.length, 1)
  const { run: kept } = await client.call((await import('#contract')).operations.runs.get, {
    run: run.id ?? '',
  })
  assert.deepEqual(kept.metrics, { fine: 1 })
})

test('of what is sent together only what the server refuses is lost, and each is told by its name', async (t) => {
  const { url, app } = await runningServer(t)
  const problems: string[] = []
  const client = await connect({ url, onProblem: (problem) => void problems.push(problem) })
  const run = await client.startRun({ experiment: 'e', params: { lr: 0.1 }, autolog: false })
  for (let step = 0; step < 900; step++) run.logMetrics({ loss: 1 / (step + 1) }, step)
  run.logMetrics({ 'not a\u0000key': 1 })
  run.logParams({ lr: 0.2, depth: 3 })
  run.setTags({ team: 'a' })
  await run.end()
  assert.equal(problems.length, 2, problems.join('\n'))
  assert.match(problems.join('\n'), /the metric not a.*could not be logged/s)
  assert.match(problems.join('\n'), /the param lr could not be logged: .*"0\.1" already/s)
  const { tracking } = await app.project('default')
  const kept = await tracking.run(run.id ?? '')
  assert.deepEqual(kept.params, { lr: '0.1', depth: '3' })
  assert.deepEqual([kept.tags.team, kept.status], ['a', 'finished'])
  assert.equal((await tracking.history(kept.id, 'loss')).total, 900)
})

test('a large file comes as it was when it was logged, without being held in memory', async (t) => {
  const { url, app } = await runningServer(t)
  const client = await connect({ url })
  const run = await client.startRun({ experiment: 'e', autolog: false })
  const file = join(await temporaryFolder(t), 'large.bin')
  const size = (65 << 20) + 3
  const bytes = Buffer.alloc(size, 'large')
  await writeFile(file, bytes)
  await run.logArtifact('large.bin', { file })
  // The next epoch writes over it before it is sent.
  await writeFile(file, 'the next one')
  await run.end()
  const { tracking } = await app.project('default')
  const [kept] = await tracking.artifacts(run.id ?? '')
  const digest = createHash('sha256').update(bytes).digest('hex')
  assert.deepEqual([kept?.size, kept?.digest], [size, `sha256:${digest}`])
})

test('a run that takes nothing any more is not asked for each of its points', async () => {
  let asked = 0
  const problems: string[] = []
  await deliver(
    {
      metrics: Array.from({ length: 1000 }, (_, step) => ({ key: 'm', value: 1, step, time: 1 })),
      params: {},
      tags: {},
    },
    async () => {
      asked++
      return new TidemillError('conflict', { problem: 'it is removed' })
    },
    (problem) => void problems.push(problem),
  )
  assert.ok(asked < 100, `${asked} calls`)
  assert.match(problems.at(-1) ?? '', /entries could not be logged: it is removed/)
})

test('arguments are params by their names, and a command can be called again elsewhere', () => {
  assert.deepEqual(readArguments(['x', '--lr', '0.1', '--fast', '-n=3', '--t', '-1', '--', 'y']), {
    lr: '0.1',
    fast: 'true',
    n: '3',
    t: '-1',
  })
  const here = `${process.cwd()}/a/train.ts`
  assert.deepEqual(commandOf(['/usr/bin/node', here, '--x'], ['--no-warnings']), [
    ...['node', '--no-warnings', 'a/train.ts', '--x'],
  ])
  assert.deepEqual(
    commandOf(['/usr/bin/node', '/opt/tidemill/dist/cli/main.js', 'train', 'd'], []),
    [...['tidemill', 'train', 'd']],
  )
})
