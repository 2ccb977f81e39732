import assert from 'node:assert/strict'
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { TidemillError } from '#contract'
import { loadPipeline, plan, repro, status, whyChanged, type ReproEvent } from '#pipeline'
import { processFacts } from '../../../src/pipeline/run/process-group.ts'
import { chain, noted, project } from '../support/project.ts'

const three = {
  'seed.csv': 'a,b\n1,2\n',
  'params.yaml': 'train:\n  rate: 0.1\n  size: 3\nunused: 1\n',
  'dvc.yaml': `stages:
  prepare:
    cmd: ${noted('prepare', "grep -v '^#' seed.csv > clean.csv")}
    deps:
    - seed.csv
    outs:
    - clean.csv
  train:
    cmd: ${noted('train', 'cat clean.csv params.yaml > model && echo 0.5 > score.yaml')}
    deps:
    - clean.csv
    params:
    - train.rate
    - train.size
    outs:
    - model
    metrics:
    - score.yaml:
        cache: false
  report:
    cmd: ${noted('report', 'cp model report.txt')}
    deps:
    - model
    outs:
    - report.txt
`,
}

function failsWith(code: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof TidemillError, String(error))
    assert.equal(error.code, code, error.message)
    return true
  }
}

test('a first run runs every stage, a second one nothing', async (t) => {
  const { repro: run, took, root } = await project(t, three)
  const first = await run()
  assert.deepEqual(took(), ['prepare', 'train', 'report'])
  assert.equal(first.changed, true)
  const second = await run()
  assert.deepEqual(took(), [])
  assert.deepEqual(
    second.stages.map((stage) => stage.outcome),
    ['unchanged', 'unchanged', 'unchanged'],
  )
  assert.deepEqual(await status(loadPipeline(root)), [])
})

test('reasons name the dependency, parameter, command or output with its old and new state', async (t) => {
  const { repro: run, write, read, drop, root } = await project(t, three)
  assert.deepEqual(
    (await whyChanged(loadPipeline(root), 'prepare')).map(({ kind }) => kind),
    ['lock-missing', 'dep', 'out'],
  )
  await run()
  write({ 'params.yaml': read('params.yaml').replace('0.1', '0.2') })
  assert.deepEqual(await whyChanged(loadPipeline(root), 'train'), [
    { kind: 'param', path: 'params.yaml:train.rate', old: 0.1, new: 0.2, state: 'modified' },
  ])
  write({ 'params.yaml': three['params.yaml'], 'seed.csv': 'x\n' })
  const [dep] = await whyChanged(loadPipeline(root), 'prepare')
  assert.equal(dep?.kind, 'dep')
  assert.equal(dep.path, 'seed.csv')
  assert.equal(dep.new, '401b30e3b8b5d629635a5c613cdb7919') // md5 of "x\n"
  write({
    'seed.csv': three['seed.csv'],
    'dvc.yaml': three['dvc.yaml'].replace('cp model', 'cp -p model'),
  })
  assert.deepEqual(
    (await whyChanged(loadPipeline(root), 'report')).map(({ kind }) => kind),
    ['cmd'],
  )
  drop('report.txt')
  assert.deepEqual(
    (await whyChanged(loadPipeline(root), 'report')).map(({ kind, state }) => [kind, state]),
    [
      ['cmd', undefined],
      ['out', 'deleted'],
    ],
  )
})

test('a plan says what will run and what comes from the cache', async (t) => {
  const { repro: run, write, root } = await project(t, three)
  const actions = async () => (await plan(loadPipeline(root))).map(({ action }) => action)
  assert.deepEqual(await actions(), ['run', 'run', 'run'])
  await run()
  assert.deepEqual(await actions(), ['skip', 'skip', 'skip'])
  write({ 'seed.csv': 'other\n' })
  assert.deepEqual(await actions(), ['run', 'run', 'run'])
  await run()
  write({ 'seed.csv': three['seed.csv'] })
  assert.deepEqual(await actions(), ['restore', 'restore', 'restore'])
})

test('an equal output cuts the run off: what follows does not run', async (t) => {
  const { repro: run, write, took } = await project(t, three)
  await run()
  took()
  write({ 'seed.csv': `# a remark\n${three['seed.csv']}` })
  const { stages } = await run()
  assert.deepEqual(took(), ['prepare'])
  assert.deepEqual(
    stages.map((stage) => stage.outcome),
    ['ran', 'unchanged', 'unchanged'],
  )
})

test('a run made before is put back in place of running, outputs outside the cache too', async (t) => {
  const { repro: run, write, took, read, drop } = await project(t, three)
  await run()
  const model = read('model')
  write({ 'params.yaml': three['params.yaml'].replace('0.1', '0.9') })
  await run()
  took()
  drop('score.yaml')
  write({ 'params.yaml': three['params.yaml'] })
  const { stages } = await run()
  assert.deepEqual(took(), [])
  assert.deepEqual(
    stages.map((stage) => stage.outcome),
    ['unchanged', 'restored', 'restored'],
  )
  assert.equal(read('model'), model)
  assert.equal(read('score.yaml'), '0.5\n')
})

test('a changed parameter called size is another run, though its address in the run cache is the same', async (t) => {
  const {
    repro: run,
    write,
    took,
    drop,
    root,
  } = await project(t, {
    seed: 's\n',
    'params.yaml': 'size: 1\n',
    'dvc.yaml': `stages:\n  s:\n    cmd: ${noted('s', 'cp params.yaml out')}\n    deps:\n    - seed\n    params:\n    - size\n    outs:\n    - out\n`,
  })
  await run()
  took()
  write({ 'params.yaml': 'size: 2\n' })
  await run()
  assert.deepEqual(took(), ['s'])
  drop('dvc.lock', 'out')
  await run()
  assert.equal(readFileSync(join(root, 'out'), 'utf8'), 'size: 2\n')
})

test('an object that was tampered with is not believed, though it is read-only', async (t) => {
  const { repro: run, took, drop, root, read } = await project(t, three)
  await run()
  took()
  const good = read('clean.csv')
  const entry = /clean\.csv\n\s+hash: md5\n\s+md5: (\w+)/.exec(read('dvc.lock'))?.[1] ?? ''
  const object = join(root, '.dvc/cache/files/md5', entry.slice(0, 2), entry.slice(2))
  chmodSync(object, 0o644)
  writeFileSync(object, good.replace('1', '7'))
  chmodSync(object, 0o444)
  drop('clean.csv')
  await run()
  assert.equal(took().length, 1)
  assert.equal(read('clean.csv'), good)
  assert.equal(readFileSync(object, 'utf8'), good)
})

test('a failing stage stops the run, keeps what ended before it and says where its log is', async (t) => {
  const { repro: run, write, took, read, root } = await project(t, three)
  write({
    'dvc.yaml': three['dvc.yaml'].replace(
      'cat clean.csv',
      'echo on stderr >&2; exit 3; cat clean.csv',
    ),
  })
  await assert.rejects(run(), (error: unknown) => {
    assert.ok(error instanceof TidemillError)
    assert.equal(error.code, 'stage_failed')
    assert.equal(error.details.exitCode, 3)
    assert.match(readFileSync(String(error.details.log), 'utf8'), /on stderr/)
    return true
  })
  assert.deepEqual(took(), ['prepare', 'train'])
  assert.doesNotMatch(read('dvc.lock'), /train/)
  assert.equal((await plan(loadPipeline(root)))[0]?.action, 'skip')
})

test('an output that a command did not make is named', async (t) => {
  const { repro: run } = await project(t, {
    'dvc.yaml': 'stages:\n  lies:\n    cmd: "true"\n    outs: [never.txt]\n',
  })
  await assert.rejects(run(), failsWith('output_missing'))
})

test('a dependency or parameter that is not there is named', async (t) => {
  const { repro: run, write } = await project(t, {
    'dvc.yaml': 'stages:\n  s:\n    cmd: "true"\n    deps: [gone]\n',
  })
  await assert.rejects(run(), /gone/)
  write({
    'params.yaml': 'k: 1\n',
    'dvc.yaml': 'stages:\n  s:\n    cmd: "true"\n    params: [lost.key]\n',
  })
  await assert.rejects(run(), /params\.yaml:lost\.key/)
})

test('with keep-going what does not depend on a failure runs; ignore goes on with all', async (t) => {
  const files = {
    seed: 's\n',
    'dvc.yaml': `stages:
  bad: {cmd: 'echo bad >> $RAN && exit 3', deps: [seed], outs: [b]}
  after: {cmd: 'echo after >> $RAN && cp b a', deps: [b], outs: [a]}
  good: {cmd: 'echo good >> $RAN && cp seed g', deps: [seed], outs: [g]}
`,
  }
  const { repro: run, took } = await project(t, files)
  const events: ReproEvent[] = []
  await assert.rejects(
    run({ onError: 'keep-going', onEvent: (event) => events.push(event) }),
    failsWith('stage_failed'),
  )
  assert.deepEqual(took(), ['bad', 'good'])
  assert.ok(
    events.some(
      (event) =>
        event.type === 'skipped' && event.stage === 'after' && event.because === 'upstream failed',
    ),
  )
  const { stages } = await run({ onError: 'ignore' })
  assert.deepEqual(
    stages.map((stage) => stage.outcome),
    ['failed', 'failed', 'unchanged'],
  )
})

test('targets, single, downstream and force choose what runs', async (t) => {
  const { repro: run, took } = await project(t, { seed: 's\n', 'dvc.yaml': chain(4) })
  await run({ targets: ['s1'] })
  assert.deepEqual(took(), ['s0', 's1'])
  await run()
  assert.deepEqual(took(), ['s2', 's3'])
  await run({ targets: ['s2'], single: true, force: true })
  assert.deepEqual(took(), ['s2'])
  await run({ targets: ['s2'], downstream: true, force: true })
  assert.deepEqual(took(), ['s2', 's3'])
  await assert.rejects(run({ targets: ['nosuch'] }), failsWith('not_found'))
})

test('a dry run says what would happen and writes nothing', async (t) => {
  const { repro: run, took, root } = await project(t, three)
  const { stages } = await run({ dry: true })
  assert.deepEqual(
    stages.map((stage) => stage.outcome),
    ['ran', 'ran', 'ran'],
  )
  assert.deepEqual(took(), [])
  assert.equal(existsSync(join(root, 'dvc.lock')), false)
})

test('stages that do not need each other run at once when there are jobs', async (t) => {
  const meet = (own: string, other: string) =>
    `touch here-${own} && for i in $(seq 200); do [ -e here-${other} ] && touch ${own} && exit 0; sleep 0.02; done; exit 9`
  const { repro: run } = await project(t, {
    'dvc.yaml': `stages:\n  a:\n    cmd: '${meet('a', 'b')}'\n    outs: [a]\n  b:\n    cmd: '${meet('b', 'a')}'\n    outs: [b]\n`,
  })
  // each waits for the other: only together can they end
  const { stages } = await run({ jobs: 2 })
  assert.deepEqual(
    stages.map((stage) => stage.outcome),
    ['ran', 'ran'],
  )
})

test('cancelling ends the stage and all its processes', async (t) => {
  const { root, env, read } = await project(t, {
    'dvc.yaml':
      "stages:\n  slow:\n    cmd: '(sleep 30; echo late > late) & echo $! > pid; sleep 30'\n    outs: [late]\n",
  })
  const stop = new AbortController()
  const running = repro(loadPipeline(root), { env, signal: stop.signal })
  while (!existsSync(join(root, 'pid')) || read('pid') === '') await delay(10)
  const pid = Number(read('pid'))
  stop.abort()
  await assert.rejects(running, failsWith('stage_cancelled'))
  assert.ok(['Z', undefined].includes(processFacts(pid)?.state))
})

test('two runs at once are refused, and the second can run after the first', async (t) => {
  const {
    root,
    env,
    repro: run,
  } = await project(t, {
    'dvc.yaml':
      "stages:\n  wait:\n    cmd: 'touch begun; while [ ! -e go ]; do sleep 0.02; done; touch done'\n    outs: [done]\n",
  })
  const first = repro(loadPipeline(root), { env })
  while (!existsSync(join(root, 'begun'))) await delay(10)
  await assert.rejects(run(), failsWith('pipeline_locked'))
  writeFileSync(join(root, 'go'), '')
  await first
  assert.equal((await run()).changed, false)
})

test('events tell when a stage starts, what it prints, and what it used', async (t) => {
  const { repro: run } = await project(t, {
    seed: 's\n',
    'dvc.yaml':
      "stages:\n  s:\n    cmd: 'echo hello; i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done; cp seed out'\n    deps: [seed]\n    outs: [out]\n",
  })
  const events: ReproEvent[] = []
  await run({ onEvent: (event) => events.push(event) })
  assert.equal(events[0]?.type, 'started')
  assert.match(events.map((event) => (event.type === 'output' ? event.text : '')).join(''), /hello/)
  const last = events.at(-1)
  assert.equal(last?.type, 'finished')
  assert.ok(last.resources.cpuSeconds > 0)
  assert.ok(last.resources.wallSeconds >= last.resources.cpuSeconds / 4)
})

test('commands of a list and lines of a text end at the first failure', async (t) => {
  const { repro: run, took } = await project(t, {
    'dvc.yaml':
      "stages:\n  l:\n    cmd: ['echo l1 >> $RAN', 'false', 'echo l3 >> $RAN']\n  m:\n    cmd: |\n      echo m1 >> $RAN\n      false\n      echo m3 >> $RAN\n",
  })
  await assert.rejects(run({ onError: 'keep-going' }))
  assert.deepEqual(took(), ['l1', 'm1'])
})

test('a frozen stage is left alone; one without dependencies and outputs runs each time; persistent outputs grow', async (t) => {
  const {
    repro: run,
    write,
    took,
    read,
  } = await project(t, {
    seed: 's\n',
    'dvc.yaml': `stages:
  ice: {cmd: 'echo ice >> $RAN; cp seed ice', deps: [seed], outs: [ice]}
  call: {cmd: 'echo call >> $RAN'}
  grow: {cmd: 'echo grow >> $RAN; echo more >> grow.txt', deps: [seed], outs: [{grow.txt: {persist: true}}]}
`,
  })
  await run()
  took()
  write({
    seed: 't\n',
    'dvc.yaml': read('dvc.yaml').replace(
      'deps: [seed], outs: [ice]',
      'deps: [seed], outs: [ice], frozen: true',
    ),
  })
  await run()
  assert.deepEqual(took(), ['call', 'grow'])
  assert.equal(read('grow.txt'), 'more\nmore\n')
})

test('objects are read-only and hold what their name says', async (t) => {
  const { repro: run, root, read } = await project(t, three)
  await run()
  const md5 = /path: model\n\s+hash: md5\n\s+md5: (\w+)/.exec(read('dvc.lock'))?.[1] ?? ''
  const object = join(root, '.dvc/cache/files/md5', md5.slice(0, 2), md5.slice(2))
  assert.equal(statSync(object).mode & 0o777, 0o444)
  assert.equal(readFileSync(object, 'utf8'), read('model'))
})

test('with hard links an output and its object are one file, and a rerun does not write into the cache', async (t) => {
  const {
    repro: run,
    root,
    read,
    write,
  } = await project(t, { ...three, '.dvc/config': '[cache]\n    type = hardlink\n' })
  await run()
  const before = read('model')
  const md5 = /path: model\n\s+hash: md5\n\s+md5: (\w+)/.exec(read('dvc.lock'))?.[1] ?? ''
  const object = join(root, '.dvc/cache/files/md5', md5.slice(0, 2), md5.slice(2))
  assert.equal(statSync(object).ino, statSync(join(root, 'model')).ino)
  write({ 'seed.csv': 'new\n' })
  await run()
  assert.equal(readFileSync(object, 'utf8'), before)
  assert.notEqual(read('model'), before)
})
