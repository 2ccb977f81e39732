import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { TidemillError } from '#contract'
import {
  add,
  enqueue,
  experimentTable,
  experiments,
  experimentsTried,
  expRun,
  loadPipeline,
  openQueue,
  openRepository,
  pullExperiments,
  pushExperiments,
  queueIsWorked,
  remoteExperiments,
  removeDeadTrees,
  saveWorkTree,
  workQueue,
  type EnqueueOptions,
  type Experiment,
} from '#pipeline'
import { ownMark } from '../../../src/pipeline/run/living.ts'
import { processFacts } from '../../../src/pipeline/run/process-group.ts'
import { project, type Project } from '../support/project.ts'

const files = {
  'params.yaml': 'rate: 1\nother: 1\n',
  'dvc.yaml': `stages:
  train:
    cmd: 'echo train >> $RAN; cat data/x > model; grep rate params.yaml > score.yaml; sh slow'
    deps: [data]
    params: [rate]
    outs: [model]
    metrics:
    - score.yaml: {cache: false}
`,
  'data/x': 'x\n',
  slow: 'true\n',
}

async function queued(
  t: Parameters<typeof project>[0],
  more: Readonly<Record<string, string>> = {},
): Promise<Project> {
  const made = await project(t, { ...files, ...more }, { git: true })
  await add(loadPipeline(made.root), ['data'])
  made.git('add', '-A')
  made.git('commit', '-qm', 'base')
  return made
}

const states = (made: Project) =>
  openQueue(made.root)
    .list()
    .map(({ state }) => state)

test('queued experiments run beside the work tree as it was when they were queued, and each is kept with its metrics', async (t) => {
  const made = await queued(t)
  made.write({ 'params.yaml': 'rate: 1\nother: 2\n' })
  enqueue(made.root, [['rate=2'], ['rate=3']], { name: 'try' })
  made.write({ 'params.yaml': 'rate: 9\nother: 9\n' })
  assert.deepEqual(states(made), ['queued', 'queued'])
  await workQueue(made.root, { env: made.env, jobs: 2 })
  assert.deepEqual(states(made), ['done', 'done'])
  assert.equal(made.read('params.yaml'), 'rate: 9\nother: 9\n')
  for (const [name, rate] of [
    ['try-1', 2],
    ['try-2', 3],
  ] as const) {
    const { rev = '' } =
      openQueue(made.root)
        .list()
        .find((each) => each.name === name) ?? {}
    assert.equal(made.git('show', `${rev}:params.yaml`), `rate: ${rate}\nother: 2\n`)
    assert.equal(made.git('show', `${rev}:score.yaml`), `rate: ${rate}\n`)
  }
  assert.deepEqual(
    experimentsTried(made.root, ['rate'], 'rate', 'max').map(({ values, loss }) => [
      values.rate,
      loss,
    ]),
    [
      ['2', -2],
      ['3', -3],
    ],
  )
  assert.equal(made.git('worktree', 'list').trim().split('\n').length, 1)
  assert.equal(made.git('for-each-ref', 'refs/tidemill'), '')
})

test('experiments at a time share mutexes and memory, though each has its own tree', async (t) => {
  const made = await queued(t, {
    'dvc.yaml': files['dvc.yaml'].replace(
      '    deps',
      '    meta: {resources: {mutex: gpu}}\n    deps',
    ),
    slow: 'echo begin >> $RAN; sleep 0.2; echo end >> $RAN\n',
  })
  enqueue(made.root, [['rate=2'], ['rate=3']])
  await workQueue(made.root, { env: made.env, jobs: 2 })
  const notes = made.took().filter((note) => note !== 'train')
  assert.deepEqual(notes, ['begin', 'end', 'begin', 'end'])
})

test('a failed experiment does not stop the next, and its log says why', async (t) => {
  const made = await queued(t)
  enqueue(made.root, [['rate=[1,'], ['rate=2']].slice(1))
  enqueue(made.root, [['other=5']], { targets: ['nosuch'] })
  enqueue(made.root, [['rate=4']])
  await workQueue(made.root, { env: made.env })
  assert.deepEqual(states(made), ['done', 'failed', 'done'])
  const queue = openQueue(made.root)
  const failed = queue.list()[1]
  assert.ok(failed)
  assert.match(readFileSync(queue.logFile(failed), 'utf8'), /nosuch/)
})

test('overrides that cannot be set are refused before anything is queued', async (t) => {
  const made = await queued(t)
  for (const point of [['rate.deep=1'], ['nosuch.yaml:a=1']])
    assert.throws(() => enqueue(made.root, [['rate=2'], point]), TidemillError)
  enqueue(made.root, [['rate=2']], { name: 'twice' })
  assert.throws(
    () => enqueue(made.root, [['rate=3']], { name: 'twice' }),
    (error: unknown) => error instanceof TidemillError && error.code === 'already_exists',
  )
  assert.deepEqual(states(made), ['queued'])
})

test('an experiment that runs can be killed, and stopping lets what waits wait', async (t) => {
  const made = await queued(t, { slow: 'touch "$HERE/begun"; sleep 30\n' })
  const env = { ...made.env, HERE: made.root }
  enqueue(made.root, [['rate=2'], ['rate=3']])
  const queue = openQueue(made.root)
  const work = workQueue(made.root, { env })
  while (!existsSync(join(made.root, 'begun'))) await delay(20)
  await assert.rejects(
    workQueue(made.root),
    (error: unknown) => error instanceof TidemillError && error.code === 'pipeline_locked',
  )
  const [first] = queue.list()
  assert.equal(first?.state, 'running')
  queue.stop(true)
  queue.kill(first)
  await work
  assert.deepEqual(states(made), ['killed', 'queued'])
  assert.equal(queueIsWorked(made.root), false)
})

test('what a worker that is told to end gives back waits again as if it had not been taken; what was to be killed is killed', async (t) => {
  const made = await queued(t, {
    slow: `grep -q 'rate: 1' params.yaml || { touch "$HERE/begun"; sleep 30; }\n`,
  })
  const env = { ...made.env, HERE: made.root }
  enqueue(made.root, [['rate=2']])
  const queue = openQueue(made.root)
  const ended = async (meanwhile: () => void) => {
    const stop = new AbortController()
    const work = workQueue(made.root, { env, signal: stop.signal, givesBack: () => true })
    while (!existsSync(join(made.root, 'begun'))) await delay(20)
    rmSync(join(made.root, 'begun'))
    meanwhile()
    stop.abort()
    await work
    return queue.list()[0]
  }
  const back = await ended(() => undefined)
  assert.deepEqual(
    [back?.state, back?.deaths, back?.worker, back?.startedAt, back?.endedAt],
    ['queued', 0, undefined, undefined, undefined],
  )
  assert.equal((await ended(() => back && queue.kill(back)))?.state, 'killed')
})

const program = (path: string): string =>
  JSON.stringify(new URL(`../../../src/pipeline/${path}`, import.meta.url).href)

test('a worker killed with -9 leaves the queue sound: its experiment runs again, its tree and processes are gone', async (t) => {
  const made = await queued(t, {
    slow: 'echo $$ > "$HERE/pid.new"; mv "$HERE/pid.new" "$HERE/pid"; test -e "$HERE/go" || sleep 30\n',
  })
  const env = { ...made.env, HERE: made.root }
  enqueue(made.root, [['rate=2'], ['rate=3']])
  const worker = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { workQueue } from ${program('experiments/queue/queue-worker.ts')}\nawait workQueue(process.argv[1], { env: process.env })`,
      made.root,
    ],
    { env, stdio: 'inherit' },
  )
  while (!existsSync(join(made.root, 'pid'))) await delay(20)
  const orphan = Number(made.read('pid'))
  worker.kill('SIGKILL')
  await once(worker, 'exit')
  assert.deepEqual(states(made), ['running', 'queued'])
  made.write({ go: '' })
  await workQueue(made.root, { env })
  assert.deepEqual(states(made), ['done', 'done'])
  assert.equal(openQueue(made.root).list()[0]?.deaths, 1)
  assert.ok(['Z', undefined].includes(processFacts(orphan)?.state))
  assert.equal(made.git('worktree', 'list').trim().split('\n').length, 1)
})

/** A worker that dies as soon as an experiment has its commit; it notes that it began to tell of one. */
async function dieAfterCommit(made: Project, env: Project['env']): Promise<void> {
  const worker = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { workQueue } from ${program('experiments/queue/queue-worker.ts')}
await workQueue(process.argv[1], { env: process.env, onResult: async () => process.kill(process.pid, 'SIGKILL') })`,
      made.root,
    ],
    { env, stdio: 'inherit' },
  )
  const [, signal] = await once(worker, 'exit')
  assert.equal(signal, 'SIGKILL')
}

test('an experiment whose worker died after it was kept is told of and done, without running again', async (t) => {
  const made = await queued(t)
  for (const named of [true, false]) {
    enqueue(made.root, [['rate=2']], { name: `named-${named}` })
    await dieAfterCommit(made, made.env)
    const [kept] = experiments(made.root).filter(({ name }) => name === `named-${named}`)
    assert.ok(kept)
    // as a death just before the commit gets its name leaves it
    if (!named) made.git('update-ref', '-d', kept.ref)
    made.took()
    const told: Experiment[] = []
    await workQueue(made.root, {
      env: made.env,
      onResult: async (experiment) => void told.push(experiment),
    })
    assert.deepEqual(made.took(), [])
    const [entry] = openQueue(made.root)
      .list()
      .filter(({ name }) => name === kept.name)
    assert.deepEqual([entry?.state, entry?.rev], ['done', kept.rev])
    assert.equal(made.git('rev-parse', kept.ref).trim(), kept.rev)
    assert.deepEqual(
      told.map(({ name, rev, metrics }) => [name, rev, metrics]),
      [[kept.name, kept.rev, { 'score.yaml': { rate: 2 } }]],
    )
  }
})

test('a name that became another’s while its worker was dead is left to that, and the experiment has failed', async (t) => {
  const made = await queued(t)
  enqueue(made.root, [['rate=2']], { name: 'mine' })
  await dieAfterCommit(made, made.env)
  const { ref } = experiments(made.root)[0] ?? {}
  made.git('update-ref', ref ?? '', 'HEAD')
  await workQueue(made.root, { env: made.env })
  const [entry] = openQueue(made.root).list()
  assert.deepEqual([entry?.state, entry?.rev], ['failed', undefined])
  assert.match(entry?.error ?? '', /mine exists already/)
  assert.equal(made.git('rev-parse', ref ?? ''), made.git('rev-parse', 'HEAD'))
})

test('as many experiments as there are cores run at a time where the number is 0', async (t) => {
  const made = await queued(t)
  enqueue(made.root, [['rate=2'], ['rate=3']])
  await workQueue(made.root, { env: made.env, jobs: 0 })
  assert.deepEqual(states(made), ['done', 'done'])
})

test('a queued experiment runs the stages that it was told to, as it was told to', async (t) => {
  const made = await queued(t, {
    'dvc.yaml': `${files['dvc.yaml']}  after:
    cmd: echo after >> $RAN; cp model last
    deps: [model]
    outs: [last]
  broken:
    cmd: echo broken >> $RAN; false
    deps: [slow]
    outs: [never]
`,
  })
  const ran = async (options: EnqueueOptions) => {
    enqueue(made.root, [['rate=2']], options)
    await workQueue(made.root, { env: made.env })
    return made.took().toSorted()
  }
  assert.deepEqual(await ran({ targets: ['train'] }), ['train'])
  assert.deepEqual(await ran({ targets: ['train'], runCache: false }), ['train'])
  assert.deepEqual(await ran({ targets: ['train', 'a*'], glob: true }), ['after'])
  assert.deepEqual(await ran({ targets: ['after'], single: true, runCache: false }), [])
  assert.deepEqual(await ran({ targets: ['train'], downstream: true, force: true }), [
    'after',
    'train',
  ])
  assert.deepEqual(await ran({ onError: 'ignore', runCache: false }), ['after', 'broken', 'train'])
  // the stage alone finds nothing of what it needs
  assert.deepEqual(states(made), ['done', 'done', 'done', 'failed', 'done', 'done'])
})

test('an experiment under which workers died three times has failed', async (t) => {
  const made = await queued(t)
  enqueue(made.root, [['rate=2']])
  const queue = openQueue(made.root)
  const dead = { ...ownMark(), startedAt: 1 }
  for (let death = 0; death < 3; death += 1) {
    assert.equal(queue.take(dead)?.state, 'running')
    queue.recover()
  }
  assert.deepEqual(states(made), ['failed'])
})

test('what waits, runs and failed stands in the table of experiments with its parameters', async (t) => {
  const made = await queued(t)
  enqueue(made.root, [['rate=7']], { name: 'later' })
  const row = experimentTable(made.root).find((each) => each.name === 'later')
  assert.equal(row?.state, 'queued')
  const params = row.params.get('params.yaml')
  assert.ok(params instanceof Map)
  assert.equal(params.get('rate'), 7n)
  assert.equal(params.get('other'), 1n)
})

test('the data of an experiment’s tree is a file of its own, whatever links the repository has, and writing to it leaves the cache as it was', async (t) => {
  const made = await queued(t, {
    '.dvc/config': '[cache]\n    type = hardlink,symlink\n',
    slow: 'stat -c %h.%F data/x > "$HERE/kind"; echo more >> data/x\n',
  })
  const env = { ...made.env, HERE: made.root }
  await expRun(made.root, { temp: true, set: ['rate=2'], env })
  const md5 = '401b30e3b8b5d629635a5c613cdb7919' // md5 of "x\n"
  const object = openRepository(made.root).cache.path(md5)
  assert.equal(made.read('kind'), '1.regular file\n')
  assert.equal(readFileSync(object, 'utf8'), 'x\n')
})

test('the tree of a dead experiment is removed by the next one, that of a living one is left', async (t) => {
  const made = await queued(t)
  const folder = join(openRepository(made.root).own, 'experiments')
  mkdirSync(folder, { recursive: true })
  const tree = join(folder, 'dead')
  made.git('worktree', 'add', '-q', '--detach', tree)
  made.write({
    '.dvc/tmp/tidemill/experiments/dead.owner': JSON.stringify({ ...ownMark(), startedAt: 1 }),
  })
  assert.equal(await removeDeadTrees(made.root), 1)
  assert.equal(existsSync(tree), false)
  made.git('worktree', 'add', '-q', '--detach', tree)
  made.write({ '.dvc/tmp/tidemill/experiments/dead.owner': JSON.stringify(ownMark()) })
  assert.equal(await removeDeadTrees(made.root), 0)
  assert.equal(existsSync(tree), true)
})

test('experiments travel between clones through Git and the data remote, and the work tree is saved as one', async (t) => {
  const made = await queued(t)
  const [hub, store] = [join(made.root, '../hub.git'), join(made.root, '../store')]
  made.git('init', '-q', '--bare', '-b', 'main', hub)
  made.write({ '.dvc/config': `[core]\n    remote = s\n['remote "s"']\n    url = ${store}\n` })
  made.git('commit', '-qam', 'remote')
  made.git('push', '-q', hub, 'main')
  await expRun(made.root, { temp: true, set: ['rate=2'], name: 'far', env: made.env })
  await made.repro()
  made.write({ 'params.yaml': 'rate: 5\nother: 1\n' })
  await made.repro()
  const saved = await saveWorkTree(made.root, { name: 'kept' })
  assert.equal(made.git('show', `${saved.rev}:score.yaml`), 'rate: 5\n')
  await assert.rejects(saveWorkTree(made.root, { name: 'kept' }))
  await saveWorkTree(made.root, { name: 'kept', force: true })
  await pushExperiments(made.root, hub, ['far', 'kept'])
  assert.deepEqual(
    remoteExperiments(made.root, hub)
      .map(({ name }) => name)
      .sort(),
    ['far', 'kept'],
  )
  const clone = await project(t)
  made.git('clone', '-q', hub, join(clone.root, 'clone'))
  const there = join(clone.root, 'clone')
  const { data } = await pullExperiments(there, 'origin', ['far'])
  assert.ok(data && data.objects > 0)
  assert.deepEqual(
    experiments(there).map(({ name }) => name),
    ['far'],
  )
  await assert.rejects(pullExperiments(there, 'origin', ['nosuch']), /nosuch/)
  await assert.rejects(pushExperiments(made.root, join(made.root, 'nowhere'), ['far']), /git push/)
})

test('a damaged file of the queue’s worker is said to be that, not a worker at work', async (t) => {
  const made = await queued(t)
  made.write({
    '.dvc/tmp/tidemill/queue/worker.db': 'no database, though long enough to be looked at'.repeat(
      99,
    ),
  })
  assert.throws(() => queueIsWorked(made.root), /not a database/)
  await assert.rejects(workQueue(made.root), /not a database/)
})
