import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { TidemillError } from '#contract'
import {
  add,
  isolatedExecutor,
  loadPipeline,
  openRepository,
  plan,
  planForecast,
  pull,
  push,
  reasonLine,
  repro,
  resourcePool,
  stageLogs,
  whyChanged,
  type ReproEvent,
} from '#pipeline'
import {
  accessTimesWork,
  accessTimeTracer,
} from '../../../src/pipeline/run/trace/access-time-tracer.ts'
import { straceWorks } from '../../../src/pipeline/run/trace/strace-tracer.ts'
import { traceReport } from '../../../src/pipeline/run/trace/trace-report.ts'
import { processFacts } from '../../../src/pipeline/run/process-group.ts'
import { folderWith, skipWithout } from '../../support/services.ts'
import { noted, project, type Project } from '../support/project.ts'

function failsWith(code: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof TidemillError, String(error))
    assert.equal(error.code, code, error.message)
    return true
  }
}

/** Stages that note when they are at work, so that what overlapped can be told. */
function overlapping(stages: Readonly<Record<string, string>>): string {
  const texts = Object.entries(stages).map(
    ([name, meta]) =>
      `  ${name}:\n    cmd: 'echo +${name} >> $RAN; sleep 0.25; echo -${name} >> $RAN; echo ${name} > ${name}'\n    deps: [seed]\n    outs: [${name}]\n    meta: ${meta}\n`,
  )
  return `stages:\n${texts.join('')}`
}

/** The most that ran at once among these. */
function mostAtOnce(notes: readonly string[], names: readonly string[]): number {
  let [now, most] = [0, 0]
  for (const note of notes) {
    if (!names.includes(note.slice(1))) continue
    now += note.startsWith('+') ? 1 : -1
    most = Math.max(most, now)
  }
  return most
}

test('a mutex is held by one stage at a time, whatever the jobs; others go on beside', async (t) => {
  const { repro: run, took } = await project(t, {
    seed: 's\n',
    'dvc.yaml': overlapping({
      a: '{resources: {mutex: gpu0}}',
      b: '{resources: {mutex: [gpu0]}}',
      c: '{note: free}',
    }),
  })
  await run({ jobs: 3 })
  const notes = took()
  assert.equal(mostAtOnce(notes, ['a', 'b']), 1, notes.join(' '))
  assert.equal(mostAtOnce(notes, ['a', 'b', 'c']), 2, notes.join(' '))
})

test('stages wait until the cores and the memory they ask for are free', async (t) => {
  const { repro: run, took } = await project(t, {
    seed: 's\n',
    'dvc.yaml': overlapping({
      a: '{resources: {cores: 2, memory: 1GB}}',
      b: '{resources: {cores: 2, memory: 1GB}}',
      c: '{resources: {cores: 1, memory: 3.5 GB}}',
    }),
  })
  const pool = resourcePool({ cores: 4, memoryBytes: 4e9 })
  await run({ jobs: 8, pool })
  const notes = took()
  assert.equal(mostAtOnce(notes, ['a', 'b']), 2, notes.join(' '))
  assert.equal(mostAtOnce(notes, ['a', 'c']), 1, notes.join(' '))
  assert.equal(mostAtOnce(notes, ['b', 'c']), 1, notes.join(' '))
})

test('a stage that asks for more memory than there is is refused before anything runs', async (t) => {
  const { repro: run, took } = await project(t, {
    seed: 's\n',
    'dvc.yaml': overlapping({ a: '{}', b: '{resources: {memory: 5GB}}' }),
  })
  const pool = resourcePool({ cores: 2, memoryBytes: 4e9 })
  await assert.rejects(run({ pool }), failsWith('resources_missing'))
  assert.deepEqual(took(), [])
})

test('with several jobs the stage on the longest way to the end starts first', async (t) => {
  const { repro: run, took } = await project(t, {
    seed: 's\n',
    'dvc.yaml': `stages:
  alone: {cmd: '${noted('alone', 'sleep 0.1; cp seed alone')}', deps: [seed], outs: [alone]}
  apart: {cmd: '${noted('apart', 'sleep 0.1; cp seed apart')}', deps: [seed], outs: [apart]}
  first: {cmd: '${noted('first', 'sleep 0.1; cp seed first')}', deps: [seed], outs: [first]}
  second: {cmd: '${noted('second', 'cp first second')}', deps: [first], outs: [second]}
  third: {cmd: '${noted('third', 'cp second third')}', deps: [second], outs: [third]}
`,
  })
  await run({ jobs: 2 })
  assert.equal(took().indexOf('first') < 2, true)
  await run({ force: true })
  assert.deepEqual(
    took(),
    ['alone', 'apart', 'first', 'second', 'third'],
    'one job: the plan’s order',
  )
})

const flaky = (meta: string): Readonly<Record<string, string>> => ({
  seed: 's\n',
  'dvc.yaml': `stages:
  flaky:
    cmd: 'echo try >> $RAN; test ! -e out; echo half > out; test $(wc -l < $RAN) -ge 3'
    deps: [seed]
    outs: [out]
    meta: ${meta}
`,
})

test('a failed stage is tried again as often as it says, each attempt with a log, its outputs gone before each', async (t) => {
  const made = await project(t, flaky('{retry: {count: 3, backoff: 10ms}}'))
  const events: ReproEvent[] = []
  const { stages } = await made.repro({ onEvent: (event) => events.push(event) })
  assert.equal(stages[0]?.attempts, 3)
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'retry' ? [event.waitMs] : [])),
    [10, 20],
  )
  const [stage] = loadPipeline(made.root).stages
  assert.ok(stage)
  const logs = stageLogs(openRepository(made.root), stage)
  assert.deepEqual(
    logs.map(({ record }) => [record?.attempt, record?.outcome]),
    [
      [1, 'failed'],
      [2, 'failed'],
      [3, 'done'],
    ],
  )
})

test('when the tries are used up the last failure is the run’s', async (t) => {
  const made = await project(t, flaky('{retry: 1}'))
  await assert.rejects(made.repro(), failsWith('stage_failed'))
  assert.equal(made.took().length, 2)
})

test('a stage that takes longer than its timeout is ended with all its processes', async (t) => {
  const made = await project(t, {
    'dvc.yaml':
      "stages:\n  slow:\n    cmd: '(sleep 30; touch late) & sleep 30'\n    outs: [out]\n    meta: {timeout: 200ms}\n",
  })
  const begin = Date.now()
  await assert.rejects(made.repro(), failsWith('stage_timed_out'))
  assert.ok(Date.now() - begin < 10_000)
  assert.equal(existsSync(join(made.root, 'late')), false)
})

test('settings that mean nothing are refused with their place', async (t) => {
  const made = await project(t)
  const wrong = {
    '{timeout: soon}': /dvc\.yaml:5:\d+: meta\.timeout of s is "soon"; write it like 90s/,
    '{resources: {memory: much}}': /meta\.resources\.memory of s is "much"/,
    '{resources: {core: 2}}': /meta\.resources\.core of s is not known here/,
    '{resources: {cores: -1}}': /meta\.resources\.cores of s is "-1"/,
    '{retry: {count: often}}': /meta\.retry of s is "often"/,
    '{env: [A-B]}': /meta\.env\.0 of s has no name in "A-B"/,
  }
  for (const [meta, expected] of Object.entries(wrong)) {
    made.write({
      'dvc.yaml': `stages:\n  s:\n    cmd: echo 1 > o\n    outs: [o]\n    meta: ${meta}\n`,
    })
    await assert.rejects(made.repro(), (error: unknown) => {
      assert.ok(error instanceof TidemillError)
      assert.equal(error.code, 'pipeline_invalid')
      assert.match(error.message, expected)
      return true
    })
  }
  made.write({
    'dvc.yaml': 'stages:\n  s: {cmd: echo 1 > o, outs: [o], meta: {owner: me, cost: [1]}}\n',
  })
  assert.equal((await made.repro()).changed, true, 'what is not ours under meta is left alone')
})

const keyed = (params: string, meta = '{}', wdir = '.'): Readonly<Record<string, string>> => ({
  seed: 's\n',
  'a/seed': 's\n',
  'b/seed': 's\n',
  'params.yaml': params,
  'dvc.yaml': `stages:\n  s:\n    wdir: ${wdir}\n    cmd: '${noted('s', 'echo "$PWD $MODE" > out; cat seed >> out; echo heard')}'\n    deps: [seed]\n    params:\n    - ${wdir === '.' ? '' : '../'}params.yaml:\n      - size\n    outs: [out]\n    meta: ${meta}\n`,
})

async function outcome(made: Project, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stages } = await made.repro({ env: { ...made.env, ...env } })
  return stages[0]?.outcome ?? 'none'
}

test('1, 1.0 and true are three values of a parameter: each is a change and a run of its own, and each comes back', async (t) => {
  const made = await project(t, keyed('size: 1\n'))
  assert.equal(await outcome(made), 'ran')
  for (const value of ['1.0', 'true']) {
    made.write({ 'params.yaml': `size: ${value}\n` })
    assert.equal((await whyChanged(loadPipeline(made.root), 's'))[0]?.kind, 'param')
    assert.equal(await outcome(made), 'ran', value)
  }
  for (const value of ['1', '1.0', 'true']) {
    made.write({ 'params.yaml': `size: ${value}\n` })
    assert.equal(await outcome(made), 'restored', value)
    assert.equal(await outcome(made), 'unchanged', value)
  }
})

test('a declared variable is part of the key; one that is not declared is not', async (t) => {
  const made = await project(t, keyed('size: 1\n', '{env: [MODE]}'))
  assert.equal(await outcome(made, { MODE: 'fast' }), 'ran')
  assert.equal(await outcome(made, { MODE: 'fast', OTHER: '1' }), 'unchanged')
  assert.equal(await outcome(made, { MODE: 'slow' }), 'ran')
  assert.equal(made.read('out').endsWith('slow\ns\n'), true)
  assert.equal(await outcome(made, { MODE: 'fast' }), 'restored')
  assert.equal(made.read('out').endsWith('fast\ns\n'), true)
  assert.equal(await outcome(made), 'ran', 'not set is a value too')
  made.drop('dvc.lock', 'out')
  assert.equal(await outcome(made, { MODE: 'slow' }), 'restored')
  assert.doesNotMatch(
    readFileSync(join(openRepository(made.root).own, 'circumstances'), 'utf8'),
    /fast|slow/,
    'values may be secrets',
  )
})

test('another working folder with the same files in it is another run', async (t) => {
  const made = await project(t, keyed('size: 1\n', '{}', 'a'))
  assert.equal(await outcome(made), 'ran')
  made.write({ ...keyed('size: 1\n', '{}', 'b'), 'b/out': made.read('a/out') })
  const [reason] = await whyChanged(loadPipeline(made.root), 's')
  assert.deepEqual([reason?.kind, reason?.old, reason?.new], ['wdir', 'a', 'b'])
  assert.equal(await outcome(made), 'ran')
  made.write(keyed('size: 1\n', '{}', 'a'))
  assert.equal(await outcome(made), 'restored')
})

test('an input that a stage no longer declares makes it run', async (t) => {
  const made = await project(t, {
    seed: 's\n',
    more: 'm\n',
    'dvc.yaml': `stages:\n  s: {cmd: '${noted('s', 'cat seed > out')}', deps: [seed, more], outs: [out]}\n`,
  })
  await made.repro()
  made.write({ 'dvc.yaml': made.read('dvc.yaml').replace('[seed, more]', '[seed]') })
  const [reason] = await whyChanged(loadPipeline(made.root), 's')
  assert.deepEqual([reason?.kind, reason?.path, reason?.state], ['dep', 'more', 'not declared'])
  assert.equal(await outcome(made), 'ran')
  assert.equal(await outcome(made), 'unchanged')
})

test('a variable that a stage no longer declares makes it run, once', async (t) => {
  const made = await project(t, keyed('size: 1\n', '{env: [MODE, OTHER]}'))
  assert.equal(await outcome(made, { MODE: 'a', OTHER: 'b' }), 'ran')
  const without = keyed('size: 1\n', '{env: [MODE]}')
  made.write({ 'dvc.yaml': without['dvc.yaml'] })
  const [planned] = await plan(loadPipeline(made.root), { env: { ...made.env, MODE: 'a' } })
  const reasons = planned?.reasons ?? []
  assert.deepEqual(
    reasons.map(({ kind, path, state }) => [kind, path, state]),
    [['env', 'OTHER', 'not declared']],
  )
  assert.match(
    reasons.map(reasonLine).join(),
    /no longer depends on the environment variable OTHER/,
  )
  assert.equal(await outcome(made, { MODE: 'a' }), 'ran')
  assert.equal(await outcome(made, { MODE: 'a' }), 'unchanged')
  made.write({ 'dvc.yaml': without['dvc.yaml'].replace(/ *meta:.*\n/, '') })
  assert.equal(await outcome(made), 'ran')
  assert.equal(await outcome(made), 'unchanged')
})

test('what comes from the run cache says what the run said, in another clone too', async (t) => {
  const made = await project(t, keyed('size: 1\n', '{env: [MODE]}'))
  const remote = join(made.root, '../remote')
  made.write({ '.dvc/config': `[core]\n    remote = r\n['remote "r"']\n    url = ${remote}\n` })
  await outcome(made, { MODE: 'x' })
  await push(loadPipeline(made.root), { runCache: true })
  const clone = await project(t, {
    ...keyed('size: 1\n', '{env: [MODE]}'),
    '.dvc/config': made.read('.dvc/config'),
  })
  const env = { ...clone.env, MODE: 'x' }
  await pull(loadPipeline(clone.root), { runCache: true, env })
  const events: ReproEvent[] = []
  const { stages } = await clone.repro({
    env,
    onEvent: (event) => events.push(event),
  })
  assert.equal(stages[0]?.outcome, 'restored')
  assert.deepEqual(clone.took(), [])
  const said = events.map((event) => (event.type === 'output' ? event.text : '')).join('')
  assert.match(said, /heard/)
  assert.match(readFileSync(stages[0]?.log ?? '', 'utf8'), /heard/)
  // another value was never run anywhere
  assert.equal(await outcome(clone, { MODE: 'y' }), 'ran')
})

test('a plan says what it will take from what runs took before, and which stages it knows nothing of', async (t) => {
  const made = await project(t, {
    seed: 's\n',
    'dvc.yaml': `stages:
  a: {cmd: 'sleep 0.2; cp seed a', deps: [seed], outs: [a]}
  b: {cmd: 'sleep 0.2; cp seed b', deps: [seed], outs: [b]}
`,
  })
  const forecast = async (jobs: number) => {
    const pipeline = loadPipeline(made.root)
    return planForecast(pipeline, await plan(pipeline, { force: true }), jobs)
  }
  assert.equal(await forecast(1), undefined)
  for (let round = 0; round < 3; round += 1) await made.repro({ force: true })
  const [alone, beside] = [await forecast(1), await forecast(2)]
  assert.ok(alone && beside)
  assert.ok(alone.seconds.low <= alone.seconds.median && alone.seconds.median <= alone.seconds.high)
  assert.ok(alone.seconds.median > 0.4 && alone.seconds.median < 1.5, `${alone.seconds.median}`)
  assert.ok(beside.seconds.median < 0.8 * alone.seconds.median)
  made.write({
    'dvc.yaml': `${made.read('dvc.yaml')}  c: {cmd: cp a c, deps: [a], outs: [c]}\n`,
  })
  assert.deepEqual((await forecast(1))?.unknown, ['c'])
})

const sly = {
  seed: 's\n',
  'config.ini': 'x\n',
  unused: 'u\n',
  'words/a b': '1\n',
  'words/é\nx': '2\n',
  'params.yaml': 'p: 1\n',
  'dvc.yaml': `stages:
  sly:
    cmd: "cat seed config.ini > out && cat words/* params.yaml >> out && echo t > scratch && cat scratch >> out && cat out > /dev/null"
    deps: [seed, unused]
    params: [p]
    outs: [out]
`,
}
const slyReads = ['config.ini', 'words/a b', 'words/é\nx']

test(
  'a traced run names the files that were read and are not declared, and dependencies not read',
  { skip: straceWorks() ? false : 'strace is not installed, or may not watch here' },
  async (t) => {
    const made = await project(t, sly)
    const { stages } = await made.repro({ trace: true })
    const trace = stages[0]?.trace
    assert.equal(trace?.how, 'strace')
    assert.deepEqual(trace.undeclared, slyReads)
    assert.deepEqual(trace.unread, ['unused'])
    assert.deepEqual(trace.outside, [])
    // a stage that is up to date is not run for it; one that the cache has is
    assert.equal((await made.repro({ trace: true })).changed, false)
    made.drop('dvc.lock', 'out')
    assert.equal((await made.repro({ trace: true })).stages[0]?.outcome, 'ran')
  },
)

test('what a Python of conda or venv has of its own is installed, wherever that lies', async (t) => {
  const made = await project(t, sly)
  const [stage] = loadPipeline(made.root).stages
  assert.ok(stage)
  const own = ['/data/conda3/lib/libpython3.so', '/data/conda3/envs/a/bin/python', '/data/ml/bin/x']
  const read = [...own, '/data/words.txt'].map((path) => [path])
  const marks = ['/data/conda3/conda-meta', '/data/conda3/envs/a/conda-meta', '/data/ml/pyvenv.cfg']
  const { outside } = traceReport(stage, made.root, { how: 'strace', read }, (path) =>
    marks.includes(path),
  )
  assert.deepEqual(outside, ['/data/words.txt'])
})

test('without strace, access times tell the same of the repository’s files, and no content looks changed after', async (t) => {
  const made = await project(t, sly)
  const repository = openRepository(made.root)
  if (!accessTimesWork(repository.own)) {
    t.skip('this disk keeps no access times')
    return
  }
  // files must be older than the clock's grain to be remembered
  await delay(50)
  const pipeline = loadPipeline(made.root)
  const [stage] = pipeline.stages
  assert.ok(stage)
  const before = await repository.files.content('seed')
  const tracer = accessTimeTracer(made.root, repository.state)
  tracer.begin()
  assert.deepEqual(tracer.wrap(['x']), ['x'])
  execFileSync('sh', ['-c', 'cat seed config.ini words/* params.yaml > out; cat out > scratch'], {
    cwd: made.root,
  })
  const report = traceReport(stage, made.root, tracer.end())
  assert.deepEqual(report.undeclared, slyReads)
  assert.deepEqual(report.unread, ['unused'])
  assert.equal(report.outside, undefined)
  repository.files.forget('seed')
  assert.deepEqual(await repository.files.content('seed'), before)
})

test(
  'a traced run tells what was read through links by its own name: data that the cache holds, and a dependency on another disk',
  { skip: straceWorks() ? false : 'strace is not installed, or may not watch here' },
  async (t) => {
    const made = await linked(t)
    const { stages } = await made.repro({ trace: true, targets: ['s'] })
    assert.deepEqual(stages.at(-1)?.trace, {
      how: 'strace',
      undeclared: ['data/x', 'sly'],
      outside: [],
      unread: ['unread', 'elsewhere/unread'],
    })
  },
)

test('access times tell of what was read through links, too', async (t) => {
  const made = await linked(t)
  const repository = openRepository(made.root)
  if (!accessTimesWork(repository.own)) {
    t.skip('this disk keeps no access times')
    return
  }
  const stage = loadPipeline(made.root).stages.find(({ name }) => name === 's')
  assert.ok(stage)
  const tracer = accessTimeTracer(made.root, repository.state)
  tracer.begin()
  execFileSync('sh', ['-c', String(stage.cmd)], { cwd: made.root })
  const { undeclared, unread } = traceReport(stage, made.root, tracer.end())
  assert.deepEqual(
    [undeclared, unread],
    [
      ['data/x', 'sly'],
      ['unread', 'elsewhere/unread'],
    ],
  )
})

/** Tracked data that are links into the cache, and files elsewhere; a stage reads some of what it declares and some that it does not. */
async function linked(t: TestContext): Promise<Project> {
  const made = await project(t, {
    '.dvc/config': '[cache]\n    type = symlink\n',
    seed: 's\n',
    sly: 'sly\n',
    unread: 'unread\n',
    'data/x': 'x\n',
    '../disk/read': 'r\n',
    '../disk/unread': 'u\n',
    'read@': '../disk/read',
    'elsewhere/unread@': '../../disk/unread',
    'dvc.yaml': `stages:
  s:
    cmd: cat seed sly read > out; cd data && cat x >> ../out
    deps: [seed, unread, read, elsewhere/unread]
    outs: [out]
`,
  })
  await add(loadPipeline(made.root), ['seed', 'sly', 'unread', 'data'])
  for (const path of ['seed', 'sly', 'data/x'])
    assert.ok(lstatSync(join(made.root, path)).isSymbolicLink(), path)
  return made
}

test('in isolation what is not declared is absent; what is declared is enough', async (t) => {
  const made = await project(t, {
    ...sly,
    'honest/run.sh*':
      '#!/bin/sh\ncat words/* > deep/out; grep p params.yaml >> deep/out; echo log >> grown\n',
    grown: 'before\n',
    'dvc.yaml': `${sly['dvc.yaml']}  honest:
    cmd: honest/run.sh
    deps: [honest/run.sh, words]
    params: [p]
    outs: [deep/out, grown: {persist: true}]
`,
  })
  await assert.rejects(
    repro(loadPipeline(made.root), {
      env: made.env,
      targets: ['sly'],
      executor: isolatedExecutor(),
    }),
    failsWith('stage_failed'),
  )
  const [stage] = loadPipeline(made.root).stages
  assert.ok(stage)
  const [log] = stageLogs(openRepository(made.root), stage)
  assert.match(readFileSync(log?.file ?? '', 'utf8'), /config\.ini: No such file/)
  const run = () =>
    repro(loadPipeline(made.root), {
      env: made.env,
      targets: ['honest'],
      executor: isolatedExecutor(),
    })
  assert.equal((await run()).stages[0]?.outcome, 'ran')
  assert.equal(made.read('deep/out'), '1\n2\np: 1\n')
  assert.equal(made.read('grown'), 'before\nlog\n')
  assert.equal((await run()).changed, false)
  writeFileSync(join(made.root, 'words/new'), '3\n')
  assert.equal((await run()).changed, true)
})

test('when a run in isolation is killed its stage ends too', async (t) => {
  const made = await project(t, {
    seed: 's\n',
    'dvc.yaml': `stages:\n  s: {cmd: 'echo $$ > "$HERE/pid.new"; mv "$HERE/pid.new" "$HERE/pid"; sleep 60', deps: [seed], outs: [out]}\n`,
  })
  const door = JSON.stringify(new URL('../../../src/pipeline/daily.ts', import.meta.url).href)
  const program = `import { isolatedExecutor, loadPipeline, repro } from ${door}
await repro(loadPipeline(process.argv[1]), { executor: isolatedExecutor() })`
  const run = spawn(process.execPath, ['--input-type=module', '-e', program, made.root], {
    env: { ...made.env, HERE: made.root },
    stdio: 'ignore',
  })
  while (!existsSync(join(made.root, 'pid'))) await delay(20)
  const pid = Number(made.read('pid'))
  run.kill('SIGKILL')
  await once(run, 'exit')
  for (let tries = 0; tries < 500 && processFacts(pid) !== undefined; tries += 1) await delay(20)
  assert.ok(['Z', undefined].includes(processFacts(pid)?.state))
})

test('going back to an older dvc.lock goes back to the variables that it was made with', async (t) => {
  const made = await project(t, keyed('size: 1\n', '{env: [MODE]}'))
  await outcome(made, { MODE: 'fast' })
  const lock = made.read('dvc.lock')
  made.write({ 'params.yaml': 'size: 2\n' })
  await outcome(made, { MODE: 'slow' })
  made.write({ 'params.yaml': 'size: 1\n', 'dvc.lock': lock })
  made.drop('out')
  assert.equal(await outcome(made, { MODE: 'fast' }), 'restored')
  assert.equal(await outcome(made, { MODE: 'fast' }), 'unchanged')
  assert.equal(await outcome(made, { MODE: 'slow' }), 'ran')
})

test(
  'what Python prints is heard while the stage runs, and its log has it',
  { skip: skipWithout(folderWith(['python3']), 'python3') },
  async (t) => {
    const made = await project(t, {
      'wait.py':
        "import os, time\nprint('begun')\nwhile not os.path.exists('go'): time.sleep(0.05)\nprint('done')\n",
      'dvc.yaml': 'stages:\n  s: {cmd: python3 wait.py, deps: [wait.py], meta: {timeout: 20s}}\n',
    })
    await made.repro({
      onEvent(event) {
        if (event.type === 'output' && event.text.includes('begun')) made.write({ go: '' })
      },
    })
  },
)
