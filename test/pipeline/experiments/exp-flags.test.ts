import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  enqueue,
  workQueue,
  experiments,
  expPlan,
  expRun,
  remoteExperiments,
  saveWorkTree,
  type QueuedExperiment,
} from '#pipeline'
import { tidemill } from '../../support/tidemill.ts'
import { failsWith } from '../suites/remote-suite.ts'
import { noted, project, type Project } from '../support/project.ts'

async function committed(t: TestContext): Promise<Project> {
  const made = await project(
    t,
    {
      'params.yaml': 'rate: 0.1\nother: 1\n',
      'dvc.yaml': `stages:\n  train:\n    cmd: ${noted('train', 'cat params.yaml hidden 2>/dev/null > model || true')}\n    params: [rate]\n    outs: [model]\n`,
      '.gitignore': 'hidden\n',
    },
    { git: true },
  )
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'base')
  made.took()
  return made
}

const names = (made: Project) =>
  experiments(made.root)
    .map(({ name }) => name)
    .toSorted()

test('what an experiment would run is said without touching the work tree or keeping anything', async (t) => {
  const made = await committed(t)
  const [same] = await expPlan(made.root, { set: ['rate=0.1'] })
  const [other] = await expPlan(made.root, { set: ['rate=0.5'] })
  assert.deepEqual([same?.action, other?.action], ['skip', 'run'])
  assert.equal(made.read('params.yaml'), 'rate: 0.1\nother: 1\n')
  assert.deepEqual([names(made), made.took()], [[], []])
})

test('files that Git ignores are copied into the tree of an experiment when they are named', async (t) => {
  const made = await committed(t)
  made.write({ hidden: 'secret\n' })
  const run = { set: ['rate=2'], temp: true, env: made.env } as const
  await expRun(made.root, { ...run, name: 'with', copyPaths: ['hidden'] })
  made.git('checkout', '-q', '-f', 'HEAD')
  const shown = made.git('show', `${experiments(made.root)[0]?.rev}:dvc.lock`)
  // md5sum of "rate: 2\nother: 1\nsecret\n"
  assert.match(shown, /md5: e6d7f0816ba6251048d08c31cbb22c95/)
  await assert.rejects(expRun(made.root, { ...run, copyPaths: ['nowhere'] }), /nowhere/)
})

test('a path to copy is meant from where the user stands, and none outside the repository is copied', async (t) => {
  const made = await committed(t)
  made.write({
    '../secrets': 's\n',
    'sub/hidden': 'h\n',
    'sub/dvc.yaml': 'stages:\n  use:\n    cmd: cp hidden copy\n    outs: [copy]\n',
    'sub/.gitignore': 'copy\n',
  })
  made.git('add', '-A')
  made.git('commit', '-qm', 'sub')
  const run = { temp: true, env: made.env, targets: ['use'] } as const
  const outside = failsWith('conflict', '../secrets')
  await assert.rejects(expRun(made.root, { ...run, copyPaths: ['../secrets'] }), outside)
  const sub = join(made.root, 'sub')
  assert.throws(() => enqueue(sub, [[]], { copyPaths: ['../../secrets'] }), outside)
  assert.equal(existsSync(join(made.root, '.dvc/tmp/tidemill/experiments/secrets')), false)
  const { result } = await expRun(sub, { ...run, copyPaths: ['hidden'] })
  assert.deepEqual(
    result.stages.map(({ stage }) => stage),
    ['use'],
  )
  enqueue(sub, [[]], { copyPaths: ['hidden'], targets: ['use'], name: 'queued' })
  await workQueue(made.root, { env: made.env })
  assert.ok(names(made).includes('queued'))
})

test('-S means the params file of the folder that the user stands in, however the experiment is run', async (t) => {
  const made = await committed(t)
  made.write({
    'sub/params.yaml': 'rate: 1\n',
    'sub/dvc.yaml':
      'stages:\n  use:\n    cmd: cp params.yaml copy\n    params: [rate]\n    outs: [copy]\n',
    'sub/.gitignore': 'copy\n',
  })
  await made.repro({ all: true })
  made.git('add', '-A')
  made.git('commit', '-qm', 'sub')
  const sub = join(made.root, 'sub')
  const run = { set: ['rate=2'], env: made.env } as const
  const plans = [await expPlan(sub, { set: ['rate=1'] }), await expPlan(sub, run)]
  assert.deepEqual(
    plans.map(([stage]) => stage?.action),
    ['skip', 'run'],
  )
  await expRun(sub, { ...run, name: 'beside', temp: true })
  enqueue(sub, [run.set], { name: 'queued' })
  await workQueue(made.root, { env: made.env })
  await expRun(sub, { ...run, name: 'here' })
  for (const { rev } of experiments(made.root)) {
    assert.equal(made.git('show', `${rev}:sub/params.yaml`), 'rate: 2\n')
    assert.equal(made.git('show', `${rev}:params.yaml`), 'rate: 0.1\nother: 1\n')
  }
  assert.deepEqual(names(made), ['beside', 'here', 'queued'])
})

test('a sweep on the command line runs as its flags say, -j 0 too, and refuses those that need somebody beside it', async (t) => {
  const made = await committed(t)
  made.write({
    'dvc.yaml':
      'stages:\n  train:\n    cmd: cp params.yaml model\n    params: [rate]\n    outs: [model]\n',
  })
  const run = (...args: readonly string[]) => tidemill(['exp', 'run', ...args], made.root)
  const swept = await run('-S', 'rate=1,2', '-j', '0', '--no-run-cache', '-s', 'train')
  assert.equal(swept.code, 0, swept.stderr)
  assert.match(swept.stdout, /2 experiments done, 0 failed/)
  const listed = await run(
    '-S',
    'rate=3',
    '--queue',
    '--downstream',
    'train',
    '--isolated',
    '--json',
  )
  const { queued } = JSON.parse(listed.stdout) as { queued: readonly QueuedExperiment[] }
  assert.deepEqual(
    queued.map(({ targets, downstream, isolated }) => [targets, downstream, isolated]),
    [[['train'], true, true]],
  )
  const ended = await run('--run-all', '-j', '0')
  assert.match(ended.stdout, /1 experiment done, 0 failed/)
  for (const flag of ['--interactive', '--trace']) {
    const refused = await run('-S', 'rate=1,2', flag)
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, new RegExp(`${flag} is for one experiment`))
  }
})

test('an experiment keeps files that Git does not track when they are named', async (t) => {
  const made = await committed(t)
  made.write({ 'notes.txt': 'n\n', 'other.txt': 'o\n' })
  const { rev } = await saveWorkTree(made.root, {
    includeUntracked: [join(made.root, 'notes.txt')],
  })
  const kept = made.git('ls-tree', '--name-only', rev)
  assert.deepEqual([kept.includes('notes.txt'), kept.includes('other.txt')], [true, false])
})

test('experiments are removed but for those that are kept, also from a Git remote', async (t) => {
  const made = await committed(t)
  for (const name of ['one', 'two', 'three']) await saveWorkTree(made.root, { name })
  made.git('init', '-q', '--bare', '../hub.git')
  made.git('remote', 'add', 'hub', '../hub.git')
  const run = (...args: readonly string[]) => tidemill(args, made.root)
  const pushed = await run('exp', 'push', 'hub', '-A', '--no-cache')
  assert.equal(pushed.code, 0, pushed.stderr)
  const renamed = await run('exp', 'rename', 'one', 'first', '--git-remote', 'hub')
  assert.equal(renamed.code, 0, renamed.stderr)
  assert.deepEqual(names(made), ['first', 'three', 'two'])
  const removed = await run('exp', 'rm', '-g', 'hub', 'two')
  assert.equal(removed.code, 0, removed.stderr)
  assert.deepEqual(
    remoteExperiments(made.root, 'hub')
      .map(({ name }) => name)
      .toSorted(),
    ['first', 'three'],
  )
  await run('exp', 'remove', '--keep', 'two')
  assert.deepEqual(names(made), ['two'])
  const listed = await run('experiments', 'ls', '--names-only')
  assert.equal(listed.stdout, 'two\n')
  assert.match(readFileSync(join(made.root, 'params.yaml'), 'utf8'), /rate: 0.1/)
})
