import assert from 'node:assert/strict'
import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { TidemillError } from '#contract'
import { add, loadPipeline } from '#pipeline'
import { noted, project } from '../support/project.ts'

const flock = '/usr/bin/flock'
const skip = existsSync(flock) ? false : 'there is no flock(1)'

test('while a dvc has the repository nothing is changed, and then it is', { skip }, async (t) => {
  const made = await project(t, { 'a.txt': 'a\n' })
  const lock = join(made.root, '.dvc/tmp/lock')
  writeFileSync(lock, ' 4321\n')
  const other = spawn(flock, ['-x', lock, '-c', 'echo held; read _'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  await once(other.stdout, 'data')
  await assert.rejects(add(loadPipeline(made.root), ['a.txt']), (error) => {
    assert.ok(error instanceof TidemillError)
    assert.equal(error.code, 'pipeline_locked')
    assert.match(error.message, /4321/)
    return true
  })
  other.stdin.end()
  await once(other, 'exit')
  await add(loadPipeline(made.root), ['a.txt'])
  // it was let go before the promise settled
  execFileSync(flock, ['-n', lock, 'true'])
})

test(
  'a command runs with the lock let go and its paths noted, as DVC does',
  { skip },
  async (t) => {
    // as a dvc in its place would: it waits a moment
    const look = 'flock -w 3 .dvc/tmp/lock true && cp .dvc/tmp/rwlock seen && cp seed out'
    const made = await project(t, {
      seed: 's\n',
      'dvc.yaml': `stages:\n  one:\n    cmd: ${noted('one', look)}\n    deps:\n    - seed\n    outs:\n    - out\n`,
    })
    await made.repro()
    assert.deepEqual(made.took(), ['one'])
    const us = { pid: process.pid, cmd: 'tidemill' }
    assert.deepEqual(JSON.parse(made.read('seen')), {
      write: { [join(made.root, 'out')]: us },
      read: { [join(made.root, 'seed')]: [us] },
    })
    assert.deepEqual(JSON.parse(made.read('.dvc/tmp/rwlock')), { read: {} })
  },
)

test(
  'paths that a live process writes are refused; what a dead one left is not',
  { skip },
  async (t) => {
    const made = await project(t, {
      seed: 's\n',
      'dvc.yaml':
        'stages:\n  one:\n    cmd: cp seed out; sleep 0.1\n    deps:\n    - seed\n    outs:\n    - out\n',
    })
    const file = join(made.root, '.dvc/tmp/rwlock')
    const note = (pid: number) => {
      mkdirSync(join(made.root, '.dvc/tmp'), { recursive: true })
      const user = { pid, cmd: 'dvc repro' }
      writeFileSync(file, JSON.stringify({ write: { [join(made.root, 'out')]: user }, read: {} }))
    }
    const live = spawn('sleep', ['60'])
    note(live.pid ?? 0)
    await assert.rejects(made.repro(), new RegExp(`out is in use by process ${live.pid}`))
    live.kill()
    await once(live, 'exit')
    await made.repro()
    assert.equal(made.read('out'), 's\n')
    assert.equal(readFileSync(file, 'utf8'), '{"read":{}}')
  },
)

test('stages at a time share the lock, and none of them waits for another', { skip }, async (t) => {
  const stage = (name: string) =>
    `  ${name}:\n    cmd: ${noted(name, `cp seed ${name}.txt && sleep 0.2`)}\n    deps:\n    - seed\n    outs:\n    - ${name}.txt\n`
  const made = await project(t, {
    seed: 's\n',
    'dvc.yaml': `stages:\n${['a', 'b', 'c', 'd'].map(stage).join('')}`,
  })
  const { stages } = await made.repro({ jobs: 4 })
  assert.deepEqual(
    stages.map(({ outcome }) => outcome),
    ['ran', 'ran', 'ran', 'ran'],
  )
  assert.equal(made.read('.dvc/tmp/rwlock'), '{"read":{}}')
  await promisify(execFile)(flock, ['-n', join(made.root, '.dvc/tmp/lock'), 'true'])
})

test('what another program records while a command runs is kept', { skip }, async (t) => {
  const other = 'printf "schema: \'2.0\'\\nstages:\\n  other:\\n    cmd: echo\\n" > dvc.lock'
  const made = await project(t, {
    seed: 's\n',
    'dvc.yaml': `stages:\n  one:\n    cmd:\n    - ${JSON.stringify(other)}\n    - cp seed out\n    deps:\n    - seed\n    outs:\n    - out\n`,
  })
  await made.repro()
  assert.match(made.read('dvc.lock'), /^ {2}other:\n {4}cmd: echo\n {2}one:\n/m)
})
