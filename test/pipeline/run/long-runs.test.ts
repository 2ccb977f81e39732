import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, linkSync, lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { loadPipeline, localExecutor, repro, type ReproEvent } from '#pipeline'
import { logEnd } from '../../../src/pipeline/run/log-end.ts'
import { signalAfter } from '../../../src/pipeline/run/signal-after.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { noted, project } from '../support/project.ts'

const flock = '/usr/bin/flock'
const skip = existsSync(flock) ? false : 'there is no flock(1)'

test(
  'what a stage made is recorded when the program that has the repository at its end lets go',
  { skip },
  async (t) => {
    const made = await project(t, {
      seed: 's\n',
      'dvc.yaml': `stages:\n  one: {cmd: '${noted('one', 'sleep 0.4; cp seed out')}', deps: [seed], outs: [out]}\n`,
    })
    const events: ReproEvent[] = []
    const result = await repro(loadPipeline(made.root), {
      env: made.env,
      onEvent(event) {
        events.push(event)
        if (event.type !== 'started') return
        const lock = join(made.root, '.dvc/tmp/lock')
        spawn(flock, ['-x', lock, '-c', 'echo 4321 > .dvc/tmp/lock; sleep 4'], {
          cwd: made.root,
        })
      },
    })
    assert.equal(result.stages[0]?.outcome, 'ran')
    assert.ok(events.some((event) => event.type === 'waiting' && event.stage === 'one'))
    assert.equal((await made.repro()).changed, false)
    assert.deepEqual(made.took(), ['one'])
  },
)

test(
  'a stage that has ended is recorded, also when the run is stopped while it waits to be, and the wait is told once',
  { skip },
  async (t) => {
    const made = await project(t, {
      seed: 's\n',
      'dvc.yaml': `stages:\n  one: {cmd: '${noted('one', 'sleep 0.4; cp seed out')}', deps: [seed], outs: [out]}\n`,
    })
    const stop = new AbortController()
    let told = 0
    const running = repro(loadPipeline(made.root), {
      env: made.env,
      signal: stop.signal,
      onEvent(event) {
        if (event.type === 'started')
          spawn(flock, ['-x', join(made.root, '.dvc/tmp/lock'), '-c', 'sleep 7'])
        if (event.type !== 'waiting') return
        told += 1
        stop.abort()
      },
    })
    await assert.rejects(running, /cancelled/)
    assert.equal(told, 1)
    assert.match(made.read('dvc.lock'), /path: out/)
    assert.equal((await made.repro()).changed, false)
  },
)

test(
  'a cancel ends the wait for a program that keeps the repository, and says which one that is',
  { skip },
  async (t) => {
    const made = await project(t, {
      seed: 's\n',
      'dvc.yaml': `stages:\n  one: {cmd: '${noted('one', 'sleep 0.4; cp seed out')}', deps: [seed], outs: [out]}\n`,
    })
    const stop = new AbortController()
    let other: ChildProcess | undefined
    t.after(() => other?.kill())
    const running = repro(loadPipeline(made.root), {
      env: made.env,
      signal: stop.signal,
      onEvent(event) {
        if (event.type === 'started') {
          const keep = 'echo 4321 > .dvc/tmp/lock; exec sleep 120'
          other = spawn(flock, ['-x', '--no-fork', '.dvc/tmp/lock', '-c', keep], { cwd: made.root })
        }
        if (event.type === 'waiting') stop.abort()
      },
    })
    await assert.rejects(running, /cancelled at one, which had ended .*: process 4321 has/)
    assert.equal(other?.exitCode, null, 'it has the repository still')
    assert.doesNotMatch(made.read('.dvc/tmp/rwlock'), /tidemill/)
  },
)

test('a stage is recorded with what lay there when it began, also where a stage before took long', async (t) => {
  const made = await project(t, {
    common: 'old\n',
    seed: 's\n',
    'dvc.yaml': `stages:
  a: {cmd: cp common a, deps: [common], outs: [a]}
  b: {cmd: sleep 0.5; cp seed b, deps: [a, seed], outs: [b]}
  c: {cmd: cat common b > c, deps: [b, common], outs: [c]}
`,
  })
  const running = repro(loadPipeline(made.root), {
    env: made.env,
    onEvent(event) {
      if (event.type === 'started' && event.stage === 'b') made.write({ common: 'new\n' })
    },
  })
  await running
  assert.equal(made.read('c'), 'new\ns\n')
  made.write({ common: 'old\n' })
  await made.repro()
  assert.equal(made.read('c'), 'old\ns\n')
  made.write({ common: 'new\n' })
  await made.repro()
  assert.equal(made.read('c'), 'new\ns\n')
})

test('what changed under a running stage is said, and its result is not taken for others’', async (t) => {
  const made = await project(t, {
    seed: 'old\n',
    'dvc.yaml': `stages:\n  one: {cmd: '${noted('one', 'sleep 0.4; cp seed out')}', deps: [seed], outs: [out]}\n`,
  })
  const events: ReproEvent[] = []
  await repro(loadPipeline(made.root), {
    env: made.env,
    onEvent(event) {
      events.push(event)
      if (event.type === 'started') setTimeout(() => made.write({ seed: 'new\n' }), 100)
    },
  })
  const moved = events.find((event) => event.type === 'moved')
  assert.deepEqual(moved, { type: 'moved', stage: 'one', paths: ['seed'] })
  assert.equal(made.read('out'), 'new\n')
  // it is recorded for the old seed, so with the new one it is run anew, and the run cache gives nothing back for either
  made.drop('out', 'dvc.lock')
  made.write({ seed: 'old\n' })
  await made.repro()
  assert.equal(made.read('out'), 'old\n')
  assert.deepEqual(made.took(), ['one', 'one'])
})

test('a stage that goes on writing to what it made before does not write into the cache, however the file is linked', async (t) => {
  const made = await project(t, {
    seed: '1',
    'dvc.yaml':
      'stages:\n  grow:\n    cmd: cat seed >> log\n    deps: [seed]\n    outs: [log: {persist: true}]\n',
  })
  await made.repro()
  const object = join(made.root, '.dvc/cache/files/md5/c4/ca4238a0b923820dcc509a6f75849b')
  made.drop('log')
  linkSync(object, join(made.root, 'log'))
  made.write({ seed: '2' })
  await made.repro()
  assert.equal(made.read('log'), '12')
  assert.equal(readFileSync(object, 'utf8'), '1')
  assert.equal(lstatSync(object).nlink, 1)
})

test('a stage that is told to end has its time to save what it has', async (t) => {
  const root = await temporaryFolder(t)
  const stop = new AbortController()
  const running = localExecutor({ root }).run(
    {
      stage: 'train',
      commands: [
        `trap 'sleep 0.8; echo saved > checkpoint; exit 1' TERM; touch ready; while :; do sleep 0.05; done`,
      ],
      folder: '.',
      env: { PATH: process.env.PATH ?? '' },
      inputs: [],
      outputs: [],
    },
    { log: join(root, 'log'), mark: join(root, 'mark'), objects: root, signal: stop.signal },
  )
  while (!existsSync(join(root, 'ready'))) await delay(10)
  stop.abort()
  const { cancelled } = await running
  assert.equal(cancelled, true)
  assert.equal(readFileSync(join(root, 'checkpoint'), 'utf8'), 'saved\n')
})

test('a stage that says more than can be read is ended in time, and what is passed over is said', async (t) => {
  const root = await temporaryFolder(t)
  const begin = performance.now()
  let said = ''
  await localExecutor({ root, graceMs: 500 }).run(
    {
      stage: 'chatty',
      commands: ['yes | head -c 300000000'],
      folder: '.',
      env: { PATH: process.env.PATH ?? '' },
      inputs: [],
      outputs: [],
    },
    {
      log: join(root, 'log'),
      mark: join(root, 'mark'),
      objects: root,
      signal: AbortSignal.timeout(400),
      onOutput(text) {
        said += text
        // a terminal that is slower than the stage
        const until = performance.now() + 5
        while (performance.now() < until);
      },
    },
  )
  assert.ok(performance.now() - begin < 5000)
  assert.match(said, /… \d+ bytes are in the log alone …/)
  assert.ok(logEnd(join(root, 'log')).length < 300_000)
  assert.match(
    logEnd(join(root, 'log')),
    /^… \d+ bytes before this were not kept …\ny\n|^… \d+ bytes before this were not kept …\n\ny\n/,
  )
})

test('a time of 25 days is waited for', async () => {
  const signal = signalAfter(25 * 86_400_000)
  await delay(50)
  assert.equal(signal.aborted, false)
  const short = signalAfter(10)
  await once(short, 'abort')
})
