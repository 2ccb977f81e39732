import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { localCaller, localIdentity, openApp } from '#app'
import { httpCaller, operations, type Caller } from '#contract'
import { add, addRemote, expRun, loadPipeline, push } from '#pipeline'
import { project, type Project } from '../pipeline/support/project.ts'
import { runningServer } from '../support/home.ts'
import { tidemill } from '../support/tidemill.ts'

const { pipelines } = operations

const pipeline = `stages:
  clean:
    cmd: cp raw.csv clean.csv && echo cleaned
    deps:
    - raw.csv
    outs:
    - clean.csv
  sub:
    foreach: [1, 2]
    do:
      cmd: sh count.sh \${item}
      deps:
      - clean.csv
      - count.sh
      params:
      - rate
      metrics:
      - m\${item}.json:
          cache: false
`

/** A project whose first commit is tagged, with what came after where that is asked for. */
async function opened(
  t: TestContext,
  { history = false } = {},
): Promise<{ made: Project; caller: Caller }> {
  const made = await project(
    t,
    {
      'dvc.yaml': pipeline,
      'params.yaml': 'rate: 1\n',
      'count.sh': `echo '{"n":' $(wc -l < clean.csv) ', "rate":' $(grep -o '[0-9]*' params.yaml) '}' > m$1.json\n`,
      'raw.csv': 'a,b\n1,2\n',
    },
    { git: true },
  )
  await add(loadPipeline(made.root), ['raw.csv'])
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'first')
  made.git('tag', 'v1')
  if (history) await goOn(made)
  const app = await openApp({ home: join(made.root, '.tidemill'), workspace: made.root })
  t.after(() => app.close())
  return { made, caller: localCaller(app, 'default', localIdentity()) }
}

/** A remote, a second commit with other data, an experiment on it, and a parameter that is not committed. */
async function goOn(made: Project): Promise<void> {
  mkdirSync(join(made.root, '../remote'))
  addRemote(made.root, 'store', '../remote', { asDefault: true, from: made.root })
  await push(loadPipeline(made.root))
  made.write({ 'raw.csv': 'a,b,c\n1,2,3\n4,5,6\n' })
  await add(loadPipeline(made.root), ['raw.csv'])
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'more rows')
  await expRun(made.root, { set: ['rate=5'], name: 'fast', temp: true, env: made.env })
  made.write({ 'params.yaml': 'rate: 2\n' })
}

test('the operations of the pipeline pages tell stages, logs, history, experiments, data, storage and causes', async (t) => {
  const { made, caller } = await opened(t, { history: true })
  const { stages } = await caller.call(pipelines.graph, {})
  assert.deepEqual(
    stages.map(({ name, group, action, needs }) => [name, group, action, needs]),
    [
      ['clean', undefined, 'skip', []],
      ['sub@1', 'sub', 'run', ['clean']],
      ['sub@2', 'sub', 'run', ['clean']],
    ],
  )
  assert.ok(stages.every((stage) => stage.seconds !== undefined))

  const sub = await caller.call(pipelines.stage, { name: 'sub@1' })
  assert.deepEqual(
    sub.deps.map(({ path, from }) => [path, from]),
    [
      ['clean.csv', 'clean'],
      ['count.sh', undefined],
    ],
  )
  assert.deepEqual(sub.params, [{ name: 'params.yaml:rate', value: 2, recorded: 1 }])
  assert.deepEqual(
    sub.history.map(({ subject, changed }) => [subject, changed]),
    [
      ['more rows', ['clean.csv', 'm1.json']],
      ['first', ['first run']],
    ],
  )
  const clean = await caller.call(pipelines.stage, { name: 'clean' })
  assert.deepEqual([clean.deps[0]?.from, clean.attempts.length], ['raw.csv.dvc', 2])
  const attempt = clean.attempts[0]?.id ?? ''
  const log = await caller.call(pipelines.log, { name: 'clean', attempt })
  assert.deepEqual([log.running, log.text.endsWith('cleaned\n')], [false, true])

  const plan = await caller.call(pipelines.plan, { targets: ['sub@2'] })
  assert.deepEqual(
    plan.stages.map(({ stage, action }) => [stage, action]),
    [
      ['clean', 'skip'],
      ['sub@2', 'run'],
    ],
  )
  const forced = await caller.call(pipelines.plan, { force: true })
  assert.ok(forced.stages.every((stage) => stage.action === 'run'))

  const { revisions } = await caller.call(pipelines.revisions, {})
  assert.deepEqual(
    revisions.map(({ kind, name }) => (kind === 'commit' ? kind : `${kind} ${name}`)),
    ['workspace workspace', 'branch main', 'tag v1', 'experiment fast', 'commit', 'commit'],
  )
  const { rows } = await caller.call(pipelines.experiments, {})
  assert.deepEqual(
    rows.map(({ name, params, metrics }) => [name, params.rate, metrics['m1.json:n']]),
    [
      [undefined, 2, 3],
      ['main', 1, 3],
      ['fast', 5, 3],
    ],
  )

  const { versions } = await caller.call(pipelines.data, { from: 'v1', to: 'main' })
  assert.deepEqual(
    versions.map(({ path, change, old, new: now }) => [path, change, old?.size, now?.size]),
    [
      ['clean.csv', 'modified', 8, 18],
      ['raw.csv', 'modified', 8, 18],
    ],
  )
  const [file] = versions[0]?.files ?? []
  const table = await caller.call(pipelines.table, {
    path: 'clean.csv',
    old: file?.old ?? '',
    new: file?.new ?? '',
  })
  assert.deepEqual([table.changes?.rows, table.changes?.columnsAdded], [[1, 2], ['c']])

  const use = await caller.call(pipelines.storage, {})
  assert.deepEqual(
    use.remotes.map(({ name, default: first, stored }) => [name, first, stored]),
    [['store', true, 1]],
  )
  // two tables were recorded; raw.csv and clean.csv of a version are one object
  assert.equal(use.onlyHere?.objects, 1)
  assert.deepEqual(
    use.outputs.map(({ path, onRemote }) => [path, onRemote]),
    [
      ['clean.csv', false],
      ['raw.csv', false],
    ],
  )

  const causes = await caller.call(pipelines.attributionPlan, { from: 'v1', to: 'fast' })
  assert.deepEqual(
    causes.causes.map((cause) => cause.id),
    ['params:rate', 'data:raw.csv'],
  )
  const { branch } = await caller.call(pipelines.branchExperiment, { name: 'fast' })
  assert.match(made.git('branch', '--list', branch), /fast-branch/)
  await caller.call(pipelines.removeExperiment, { name: 'fast' })
  assert.equal((await caller.call(pipelines.experiments, {})).rows.length, 2)
})

test('what is not there and what would be an option to Git is refused by name', async (t) => {
  const { caller } = await opened(t)
  await assert.rejects(caller.call(pipelines.stage, { name: 'nosuch' }), /stage nosuch/)
  for (const attempt of ['nosuch', '../../../../params.yaml', '..%2F..%2Fstate'])
    await assert.rejects(caller.call(pipelines.log, { name: 'clean', attempt }), {
      code: 'not_found',
    })
  await assert.rejects(caller.call(pipelines.data, { from: 'nosuch' }), { code: 'not_found' })
  for (const from of ['--output=x', '-p'])
    await assert.rejects(caller.call(pipelines.data, { from }), { code: 'invalid_input' })
  await assert.rejects(caller.call(pipelines.table, { path: 'a.csv', old: '../x', new: 'y' }), {
    code: 'invalid_input',
  })
  const none = await caller.call(pipelines.table, {
    path: 'a.csv',
    old: '0'.repeat(32),
    new: '1'.repeat(32),
  })
  assert.equal(none.changes, undefined)
  await assert.rejects(caller.call(pipelines.attribution, { id: 'nosuch' }), { code: 'not_found' })
  await assert.rejects(caller.call(pipelines.attributionPlan, { from: 'run:x', to: 'v1' }), {
    code: 'not_found',
  })
})

test('a tracked run stands for its commit with the parameters it was given', async (t) => {
  const { made, caller } = await opened(t)
  const code = made.git('rev-parse', 'v1').trim()
  const track = async (params: Record<string, string>, source: string) =>
    (
      await caller.call(operations.runs.create, {
        experiment: 'e',
        params,
        source: { code: source },
      })
    ).run.id
  const plain = await track({ rate: '1', unknown: '7' }, code)
  const tuned = await track({ rate: '9' }, `${code}+dirty`)
  const plan = await caller.call(pipelines.attributionPlan, {
    from: `run:${plain}`,
    to: `run:${tuned}`,
  })
  assert.equal(plan.from.commit, code)
  assert.deepEqual(
    plan.causes.map(({ id, changes }) => [id, changes]),
    [['params:rate', [{ path: 'params.yaml:rate', old: 1, new: 9 }]]],
  )
  const bare = (await caller.call(operations.runs.create, { experiment: 'e', source: {} })).run.id
  await assert.rejects(
    caller.call(pipelines.attributionPlan, { from: `run:${bare}`, to: 'v1' }),
    /does not say which commit/,
  )
})

test('an attribution is a job on a server, which the command line follows to its result', async (t) => {
  const { made } = await opened(t)
  made.write({ 'params.yaml': 'rate: 6\n' })
  const server = await runningServer(t, { dir: made.root })
  const { code, stdout, stderr } = await tidemill(
    ['attribute', 'v1', '--metrics', 'm1.json:rate', '--url', server.url],
    made.root,
  )
  assert.equal(code, 0, stderr)
  assert.match(stdout, /m1\.json:rate {2}1 → 6 {2}\(\+5\)\n.*\n +params:rate +\+5 +100 %/)
  const caller = httpCaller({ url: server.url })
  const { attributions } = await caller.call(pipelines.attributions, {})
  assert.deepEqual(
    attributions.map(({ from, to, causes, complete }) => [from, to, causes, complete]),
    [['v1', 'workspace', 1, true]],
  )
  const failed = await tidemill(['attribute', 'nosuch', '--url', server.url], made.root)
  assert.notEqual(failed.code, 0)
  assert.match(failed.stderr, /no revision nosuch/)
})

test('a run of other stages waits as a job of its own; the same one asked for again is the one that waits', async (t) => {
  const { caller } = await opened(t)
  const asked = async (targets: string[]) =>
    (await caller.call(pipelines.repro, { force: false, targets })).job.id
  const [clean, sub, again] = [
    await asked(['clean']),
    await asked(['sub@1']),
    await asked(['clean']),
  ]
  assert.notEqual(clean, sub)
  assert.equal(clean, again)
})
