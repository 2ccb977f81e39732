import assert from 'node:assert/strict'
import { mkdir, readdir, readlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openApp } from '#app'
import { TidemillError, type DriftReport } from '#contract'
import { manualClock } from '#store'
import { newWatch } from '#monitoring'
import { startBackground } from '../../src/app/background.ts'
import { askPolicy, decidePolicy, settleDecisions } from '../../src/app/steps/decide-policy.ts'
import { withCode } from '../auth/support/open-test-auth.ts'
import { temporaryFolder } from '../support/home.ts'

async function openHome(t: TestContext) {
  const dir = await temporaryFolder(t)
  const clock = manualClock(Date.UTC(2026, 10, 27))
  const app = await openApp({ home: join(dir, '.tidemill'), workspace: dir, clock })
  t.after(() => app.close())
  return { dir, clock, app, rooms: await app.project('default') }
}

function background(t: TestContext, app: Parameters<typeof startBackground>[0]) {
  const said: string[] = []
  const running = startBackground(
    app,
    () => Promise.reject(new Error('nothing here is served')),
    ({ what, err }) => void said.push(`${what}: ${String(err)}`),
  )
  t.after(() => running.stop())
  return { said, running }
}

/** A report of a window that drifted, for an alarm to come of. */
function drifted(monitor: string, id: string): DriftReport {
  const times = { windowStart: 0, windowEnd: 0, createdAt: 0 }
  const rest = { endpoint: 'e', model: 'm', version: 1, rows: 20, columns: [], ...times }
  return {
    id,
    monitor,
    drifted: true,
    summary: 'Glucose moved.',
    ...rest,
  } as unknown as DriftReport
}

test('a project that cannot be opened is told to whoever asks, leaves nothing open, and stops no work on others', async (t) => {
  const { app } = await openHome(t)
  for (const file of ['metadata.db', 'online.db']) {
    const folder = join(app.home, 'projects', `broken-${file.slice(0, 4)}`)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, file), 'this is not a database'.repeat(300))
    const asked = app.project(basename(folder))
    const seen = await Promise.resolve(app.opened())
    assert.deepEqual(
      seen.map(({ project }) => project),
      ['default'],
    )
    await assert.rejects(asked, withCode('home_corrupt'))
    const open = await Promise.all(
      (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
    )
    assert.deepEqual(
      open.filter((each) => each.startsWith(folder)),
      [],
    )
  }
})

test('a monitor that fails says why, once in the log and as long as it does on itself, and those after it are looked at', async (t) => {
  const { app, rooms, clock } = await openHome(t)
  for (const name of ['a', 'b']) {
    await rooms.monitoring.declare({ name, endpoint: name, windowRows: 20 })
    for (let i = 0; i < 20; i++) {
      const answered = { endpoint: name, model: `gone-${name}`, version: 1, time: clock.now() }
      rooms.serving.log.add({ id: `${name}${10 + i}`, ...answered, features: {}, prediction: '0' })
    }
  }
  await rooms.serving.log.flush()
  const looks = t.mock.method(rooms.registry, 'version')
  const told: string[] = []
  const ended = new AbortController()
  const listening = (async () => {
    for await (const { area, name } of app.eventsOf('default').listen(ended.signal))
      if (area === 'monitors') told.push(name)
  })()
  const { said, running } = background(t, app)
  for (let turn = 0; turn < 10; turn++) {
    await delay(turn === 0 ? 300 : 50)
    await clock.advance(2_000)
  }
  const problems = (await rooms.monitoring.monitors()).map(({ problem }) => problem)
  assert.match(problems[0] ?? '', /gone-a/)
  assert.match(problems[1] ?? '', /gone-b/)
  assert.deepEqual(
    said.map((line) => line.split(':')[0]),
    ['monitor a of default', 'monitor b of default'],
  )
  await running.stop()
  ended.abort()
  await listening
  assert.deepEqual(told, ['a', 'b'], 'pages hear of it when it begins')
  // Within 20 s at 0, 4 and 12, each pause twice the one before, and perhaps once more.
  const tries = looks.mock.calls.filter(({ arguments: [model] }) => model === 'gone-a').length
  assert.ok(tries >= 2 && tries <= 4, `${tries} looks`)
})

test('a window that another server has looked at meanwhile is no failure of a monitor', async (t) => {
  const { app, rooms, clock } = await openHome(t)
  await rooms.monitoring.declare({ name: 'w', endpoint: 'e', windowRows: 20 })
  for (let i = 0; i < 20; i++) {
    const answered = { endpoint: 'e', model: 'm', version: 1, time: clock.now() }
    rooms.serving.log.add({ id: `p${10 + i}`, ...answered, features: {}, prediction: '0' })
  }
  await rooms.serving.log.flush()
  const looks = t.mock.method(rooms.registry, 'version', async () => {
    const look = { seen: 'p29', alpha: 0.1, watch: newWatch(1) }
    await rooms.monitoring.save(drifted('w', 'other'), look)
    throw new TidemillError('conflict', { problem: 'Another look was kept.' })
  })
  const { said } = background(t, app)
  for (let turn = 0; turn < 4; turn++) {
    await delay(turn === 0 ? 300 : 50)
    await clock.advance(2_000)
  }
  assert.equal(looks.mock.callCount(), 1)
  const { problem, spent } = await rooms.monitoring.monitor('w')
  assert.deepEqual([problem, spent, said], [undefined, 0.1, []])
})

test('a policy is asked by itself whatever it waits for, and is written down when something has changed', async (t) => {
  const { app, rooms, clock } = await openHome(t)
  await rooms.applied.save('policy', 'rows', { model: 'm', on: [{ newRows: 500 }] }, 'test')
  await rooms.applied.save('policy', 'odd', { model: 'm', on: [{ schedule: 'never' }] }, 'test')
  await rooms.applied.save('policy', 'zero', { model: 'm', on: [{ newRows: 1 }] }, 'test')
  const { said, running } = background(t, app)
  for (let turn = 0; turn < 4; turn++) {
    await delay(100)
    await clock.advance(2_000)
  }
  const verdict = { due: true, reasons: [] }
  const { id } = await rooms.decisions.record('odd', 'm', verdict, async () => 'none')
  await rooms.decisions.update(id, { state: 'unchanged', endedAt: clock.now() })
  for (let turn = 0; turn < 3; turn++) {
    await delay(100)
    await clock.advance(2_000)
  }
  await running.stop()
  assert.equal((await rooms.decisions.list('rows')).length, 1)
  assert.equal((await rooms.decisions.list('zero')).length, 1)
  assert.ok(said.some((line) => line.startsWith('policy odd of default')))
})

test('an alarm in the pause after a retraining makes the next one due when the pause is over, and again until one comes to an end', async (t) => {
  const { rooms, clock } = await openHome(t)
  const policy = { model: 'm', on: [{ alarm: 'w' }], minHoursBetween: 24 }
  await rooms.applied.save('policy', 'p', policy, 'test')
  await rooms.monitoring.declare({ name: 'w', endpoint: 'e' })
  const { id, job } = await decidePolicy(rooms, 'p', true)
  await rooms.jobs.cancel(job ?? '')
  await rooms.decisions.update(id, { state: 'unchanged', endedAt: clock.now() })
  await clock.advance(3_600_000)
  await rooms.monitoring.save(drifted('w', 'r1'), { alpha: 0, watch: newWatch(1) })
  const held = await askPolicy(rooms, 'p')
  assert.equal(held?.due, false)
  assert.equal(await askPolicy(rooms, 'p'), undefined, 'nothing has changed')
  await clock.advance(24 * 3_600_000)
  const due = await askPolicy(rooms, 'p')
  assert.equal(due?.due, true)
  assert.ok(due?.reasons.some(({ summary }) => summary === 'Glucose moved.'))
  await rooms.jobs.cancel(due?.job ?? '')
  await clock.advance(25 * 3_600_000)
  const { job: anew } = (await askPolicy(rooms, 'p')) ?? {}
  assert.ok(anew !== undefined && anew !== due?.job, 'what was cancelled has answered no alarm')
  await rooms.decisions.update((await rooms.decisions.list('p', 1))[0]?.id ?? '', {
    ...{ state: 'refused', endedAt: clock.now() },
  })
  await rooms.jobs.cancel(anew)
  await clock.advance(25 * 3_600_000)
  assert.notEqual((await askPolicy(rooms, 'p'))?.due, true, 'the same alarm does not begin another')
})

test('a retraining that failed is tried again for the same alarm, after a pause that doubles', async (t) => {
  const { rooms, clock } = await openHome(t)
  await rooms.applied.save('policy', 'p', { model: 'm', on: [{ alarm: 'w' }] }, 'test')
  await rooms.monitoring.declare({ name: 'w', endpoint: 'e' })
  await rooms.monitoring.save(drifted('w', 'r1'), { alpha: 0, watch: newWatch(1) })
  const minute = 60_000
  for (const pause of [0, 10, 20, 40]) {
    await clock.advance(Math.max(0, pause - 1) * minute)
    if (pause > 0) assert.notEqual((await askPolicy(rooms, 'p'))?.due, true, `before ${pause}`)
    await clock.advance(minute)
    const due = await askPolicy(rooms, 'p')
    assert.equal(due?.due, true, `after ${pause} minutes`)
    await rooms.jobs.cancel(due.job ?? '')
    await settleDecisions(rooms)
  }
  const [, held] = (await decidePolicy(rooms, 'p')).reasons
  assert.match(held?.summary ?? '', /came to nothing; the next is tried at 2026-11-27T/)
})

test('a decision ends with its job, however that ends, and holds its policy back no longer', async (t) => {
  const { rooms } = await openHome(t)
  for (const name of ['p', 'q'])
    await rooms.applied.save('policy', name, { model: 'm', on: [{ newRows: 9 }] }, 'test')
  const first = await decidePolicy(rooms, 'p', true)
  const second = await decidePolicy(rooms, 'q', true)
  assert.equal(second.job, first.job, 'one retraining of a model at a time')
  assert.deepEqual(await settleDecisions(rooms), [])
  await rooms.jobs.cancel(first.job ?? '')
  assert.deepEqual((await settleDecisions(rooms)).toSorted(), ['p', 'q'])
  for (const { id } of [first, second]) {
    const { state, outcome } = await rooms.decisions.get(id)
    assert.deepEqual([state, outcome], ['failed', 'Its job is cancelled.'])
  }
  const third = await decidePolicy(rooms, 'q', true)
  assert.notEqual(third.job, first.job)
  assert.ok(third.reasons.every(({ summary }) => summary !== 'Retraining is under way.'))
})

test('an alarm and what is to be told of it are kept together, or neither is', async (t) => {
  const { rooms } = await openHome(t)
  await rooms.monitoring.declare({ name: 'w', endpoint: 'e' })
  const look = { seen: 'x', alpha: 0.1, watch: newWatch(1) }
  const kill = new Error('killed')
  const saved = rooms.monitoring.save(drifted('w', 'r1'), look, async (tx) => {
    await rooms.jobs.add({ kind: 'webhook', payload: {} }, tx)
    throw kill
  })
  await assert.rejects(saved, kill)
  assert.deepEqual(await rooms.monitoring.alarms(), [])
  assert.deepEqual(await rooms.jobs.list(), [])
  assert.equal((await rooms.monitoring.monitor('w')).seen, undefined)
})

test('while a stage works for hours webhooks go out, and a stop waits for neither: the job begins again with all its attempts', async (t) => {
  const dir = await temporaryFolder(t)
  await writeFile(join(dir, 'dvc.yaml'), 'stages:\n  long:\n    cmd: sleep 60\n')
  const app = await openApp({ home: join(dir, '.tidemill'), workspace: dir })
  t.after(() => app.close())
  const { jobs } = await app.project('default')
  const { running } = background(t, app)
  const stage = await jobs.add({ kind: 'repro', payload: {} })
  const until = async (id: string, state: string) => {
    for (let i = 0; i < 200 && (await jobs.get(id))?.state !== state; i++) await delay(25)
    assert.equal((await jobs.get(id))?.state, state)
  }
  await until(stage.id, 'running')
  const told = await jobs.add({ kind: 'mlflow-webhook', payload: { webhook: 'none' } })
  await until(told.id, 'done')
  const begin = performance.now()
  await running.stop()
  assert.ok(performance.now() - begin < 10_000)
  const { state, attempt } = (await jobs.get(stage.id)) ?? {}
  assert.deepEqual([state, attempt], ['waiting', 0])
})

test('a retention rule that fails keeps no other from being applied, and is tried again in an hour, or when a rule is changed', async (t) => {
  const { app, rooms, clock } = await openHome(t)
  for (const name of ['a', 'b'])
    await rooms.tracking.setRetention(name, { experiments: name, keepLast: 1 }, 'test')
  for (let i = 0; i < 3; i++) {
    const { id } = await rooms.tracking.create({ experiment: 'b', user: 'u' })
    await rooms.tracking.end(id, 'finished')
  }
  const { chosenBy } = rooms.tracking
  const problem = 'This rule cannot be read.'
  t.mock.method(rooms.tracking, 'chosenBy', async (...asked: Parameters<typeof chosenBy>) => {
    if (asked[0].experiments === 'a') throw new TidemillError('bad_request', { problem })
    return chosenBy(...asked)
  })
  const { running } = background(t, app)
  const turns = async (count: number) => {
    for (let turn = 0; turn < count; turn++) {
      await delay(60)
      await clock.advance(2_000)
    }
    await delay(60)
    const jobs = await rooms.jobs.list({ kind: 'retention' })
    return jobs.map(({ state, error }) => [state, error?.includes(problem)])
  }
  assert.deepEqual(await turns(8), [['failed', true]])
  assert.equal((await rooms.tracking.search({ experiment: 'b' })).items.length, 1)
  const { entries } = await app.auth.audit.list({})
  assert.ok(entries.some(({ object, detail }) => object === 'b' && detail.startsWith('2 hidden')))
  await rooms.tracking.setRetention('b', { experiments: 'b', keepLast: 2 }, 'test')
  assert.equal((await turns(4)).length, 2)
  await running.stop()
  await clock.advance(3_600_000)
  background(t, app)
  assert.equal((await turns(4)).length, 3)
})
