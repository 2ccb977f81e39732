import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { attribute, planAttribution } from '#app'
import type { Attribution } from '#contract'
import { noted, project, type Project } from '../../pipeline/support/project.ts'

/** A score that two parameters, code and data make: 10·a·b + code + rows, and beside it one that only the data make. */
const score = `import { readFileSync, writeFileSync } from 'node:fs'
const params = readFileSync('params.yaml', 'utf8')
const number = (name) => Number(new RegExp(name + ': ([0-9.]+)').exec(params)[1])
const rows = readFileSync('clean.csv', 'utf8').trim().split('\\n').length
writeFileSync('score.json', JSON.stringify({ score: 10 * number('a') * number('b') + CODE + rows }))
`
const pipeline = `stages:
  clean:
    cmd: ${noted('clean', 'sort raw.csv > clean.csv')}
    deps:
    - raw.csv
    outs:
    - clean.csv
  count:
    cmd: ${noted('count', `echo '{"rows":' $(wc -l < clean.csv) '}' > rows.json`)}
    deps:
    - clean.csv
    metrics:
    - rows.json:
        cache: false
  score:
    cmd: ${noted('score', 'node score.mjs')}
    deps:
    - score.mjs
    - clean.csv
    params:
    - a
    - b
    metrics:
    - score.json:
        cache: false
`

async function changed(t: TestContext): Promise<Project> {
  const made = await project(
    t,
    {
      'dvc.yaml': pipeline,
      'params.yaml': 'a: 1\nb: 2\nunused: 1\n',
      'score.mjs': score.replace('CODE', '100'),
      'raw.csv': 'x\ny\n',
      'README.md': 'one\n',
    },
    { git: true },
  )
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'one')
  made.git('tag', 'one')
  made.write({
    'params.yaml': 'a: 3\nb: 4\nunused: 2\n',
    'score.mjs': score.replace('CODE', '107'),
    'raw.csv': 'x\ny\nz\nw\n',
    'README.md': 'two\n',
  })
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'two')
  made.git('tag', 'two')
  made.took()
  return made
}

function sharesOf(found: Attribution, id: string): Readonly<Record<string, number>> {
  const metric = found.metrics.find((each) => each.id === id)
  return Object.fromEntries((metric?.shares ?? []).map(({ cause, share }) => [cause, share]))
}

test('each cause gets its share of a change, what is in the run cache does not run again, and the shares sum to the change', async (t) => {
  const made = await changed(t)
  const plan = await planAttribution(made.root, { from: 'one', to: 'two' })
  assert.deepEqual(made.took(), [])
  assert.deepEqual(
    plan.causes.map(({ id, idle }) => [id, idle]),
    [
      ['code:score', false],
      ['params:a', false],
      ['params:b', false],
      ['data:raw.csv', false],
      ['params:unused', true],
    ],
  )
  assert.deepEqual(plan.undeclared, ['README.md'])
  // 2⁴ combinations, of which the two ends were run before; cleaning and counting follow from the data alone
  assert.deepEqual(
    [plan.method, plan.counterfactuals, plan.cached, plan.stages],
    ['exact', 16, 2, 14],
  )
  assert.ok((plan.seconds ?? 0) > 0)

  const said: string[] = []
  const found = await attribute(
    made.root,
    { from: 'one', to: 'two' },
    { env: made.env, onProgress: (done, total) => said.push(`${done}/${total}`) },
  )
  const took = made.took()
  assert.deepEqual([took.length, new Set(took).size], [14, 1])
  assert.equal(said.at(-1), '16/16')
  // by hand: 10·(3·4 − 1·2) = 100 is divided as a: 10·(3−1)·(2+4)/2, b: 10·(4−2)·(1+3)/2
  const shares = sharesOf(found, 'score.json:score')
  for (const [cause, expected] of [
    ['params:a', 60],
    ['params:b', 40],
    ['code:score', 7],
    ['data:raw.csv', 2],
  ] as const)
    assert.ok(Math.abs((shares[cause] ?? NaN) - expected) < 1e-9, `${cause}: ${shares[cause]}`)
  const score = found.metrics.find((each) => each.key === 'score')
  assert.deepEqual([score?.from, score?.to, score?.change], [122, 231, 109])
  assert.ok(Math.abs(Object.values(shares).reduce((a, b) => a + b, 0) - 109) < 1e-9)
  // the graph says that nothing but the data can change the count
  assert.deepEqual(sharesOf(found, 'rows.json:rows'), { 'data:raw.csv': 2 })
  assert.equal(found.runs.length, 16)
  assert.ok(found.runs.every((run) => /^[0-9a-f]{64}$/.test(run.runs.score ?? '')))
  assert.match(found.notes.join(), /README\.md/)

  // nothing of it is in the user's way, and a second time nothing runs
  assert.equal(made.git('status', '--porcelain'), '')
  assert.equal(made.git('worktree', 'list').trim().split('\n').length, 1)
  const again = await attribute(made.root, { from: 'one', to: 'two' }, { env: made.env })
  assert.deepEqual(made.took(), [])
  assert.deepEqual([again.id, again.metrics], [found.id, found.metrics])
})

test('an attribution that was cut off goes on where it was, with its leftover trees gone', async (t) => {
  const made = await changed(t)
  const stop = new AbortController()
  await assert.rejects(
    attribute(
      made.root,
      { from: 'one', to: 'two' },
      {
        env: made.env,
        signal: stop.signal,
        onProgress: (done) => {
          if (done === 6) stop.abort()
        },
      },
    ),
    /cancelled/,
  )
  const before = made.took().length
  assert.ok(before >= 4 && before <= 6, `${before} ran`)
  assert.equal(made.git('worktree', 'list').trim().split('\n').length, 1)
  await attribute(made.root, { from: 'one', to: 'two', jobs: 2 }, { env: made.env })
  assert.equal(made.took().length + before, 14)
  assert.deepEqual(readdirSync(join(made.root, '.dvc/tmp/tidemill/experiments')), [])
})

test('with a budget that is too small for every combination, shares are sampled with intervals and still sum to the change', async (t) => {
  const made = await changed(t)
  const found = await attribute(
    made.root,
    { from: 'one', to: 'two', runs: 11, metrics: ['score'], seed: 3 },
    { env: made.env },
  )
  assert.ok(found.runs.length <= 11, `${found.runs.length}`)
  const [metric] = found.metrics
  assert.deepEqual([found.method, found.metrics.length, metric?.method], ['sampled', 1, 'sampled'])
  const sum = (metric?.shares ?? []).reduce((total, each) => total + each.share, 0)
  assert.ok(Math.abs(sum - 109) < 1e-9, String(sum))
  const code = metric?.shares.find((each) => each.cause === 'code:score')
  assert.ok(Math.abs((code?.share ?? NaN) - 7) < 1e-9)
  // the same seed draws the same orders
  const again = await attribute(
    made.root,
    { from: 'one', to: 'two', runs: 11, metrics: ['score'], seed: 3 },
    { env: made.env },
  )
  assert.deepEqual(again.metrics, found.metrics)
})

test('when the time is over nothing more begins, what is there gives sampled shares, and the answer says so', async (t) => {
  const made = await changed(t)
  let ticks = 0
  const found = await attribute(
    made.root,
    { from: 'one', to: 'two', metrics: ['score'], seconds: 22 },
    // a clock on which every look takes a second
    { env: made.env, now: () => (ticks += 1) * 1000 },
  )
  assert.ok(found.runs.length < 16 && found.runs.length >= 8, String(found.runs.length))
  assert.deepEqual([found.complete, found.method], [false, 'sampled'])
  assert.match(found.notes.join(), /time was over after \d+ of 16/)
  const sum = found.metrics[0]?.shares.reduce((total, each) => total + each.share, 0) ?? NaN
  assert.ok(Math.abs(sum - 109) < 1e-9, String(sum))
})

test('parameters can be taken as a group, and causes together, for fewer runs', async (t) => {
  const made = await changed(t)
  const byFile = await planAttribution(made.root, { from: 'one', to: 'two', params: 'file' })
  assert.deepEqual(
    byFile.causes.map(({ id }) => id),
    ['code:score', 'params:params.yaml', 'data:raw.csv'],
  )
  const joined = await planAttribution(made.root, {
    from: 'one',
    to: 'two',
    together: [['code:score', 'data:raw.csv']],
  })
  assert.deepEqual(
    joined.causes.map(({ id }) => id),
    ['code:score+data:raw.csv', 'params:a', 'params:b', 'params:unused'],
  )
  await assert.rejects(
    planAttribution(made.root, { from: 'one', to: 'two', together: [['code:nosuch', 'params:a']] }),
    /code:nosuch.*params:b/,
  )
  await assert.rejects(
    planAttribution(made.root, { from: 'one', to: 'two', metrics: ['nosuch'] }),
    /nosuch.*score\.json:score/,
  )
  await assert.rejects(planAttribution(made.root, { from: 'one', to: 'three' }), /three/)
})

test('noise of a stage that does not repeat itself is told from the shares by runs made again', async (t) => {
  const made = await project(
    t,
    {
      'dvc.yaml': `stages:\n  score:\n    cmd: node score.mjs\n    params:\n    - a\n    metrics:\n    - score.json:\n        cache: false\n`,
      'params.yaml': 'a: 0\n',
      'score.mjs': `import { readFileSync, writeFileSync } from 'node:fs'
const a = Number(/a: (\\d+)/.exec(readFileSync('params.yaml', 'utf8'))[1])
writeFileSync('score.json', JSON.stringify({ score: a + Math.random() }))
`,
    },
    { git: true },
  )
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'one')
  made.git('tag', 'one')
  made.write({ 'params.yaml': 'a: 50\n' })
  await made.repro()
  made.git('commit', '-qam', 'two')
  const request = { from: 'one', to: 'main', repeats: 4 }
  const found = await attribute(made.root, request, { env: made.env })
  const [share] = found.metrics[0]?.shares ?? []
  assert.deepEqual(
    found.runs.map((run) => run.repeats.length),
    [3, 3],
  )
  // uniform noise has a deviation of 0.29; of a difference of two means of four each 0.2
  assert.ok(Math.abs((share?.share ?? NaN) - 50) < 1.5, String(share?.share))
  assert.ok((share?.standardError ?? NaN) > 0.01 && (share?.standardError ?? NaN) < 0.6)
  assert.ok((share?.low ?? NaN) < (share?.share ?? NaN) && (share?.high ?? NaN) < 55)
  // the runs made again are kept, so the same question has the same answer
  const again = await attribute(made.root, request, { env: made.env })
  assert.deepEqual(again.metrics, found.metrics)
})

test('a combination that cannot run is named with what failed, and joining its causes helps', async (t) => {
  const made = await project(
    t,
    {
      'dvc.yaml': `stages:\n  a:\n    cmd: sh a.sh\n    deps:\n    - a.sh\n    outs:\n    - x\n  b:\n    cmd: sh b.sh\n    deps:\n    - b.sh\n    - x\n    metrics:\n    - m.json:\n        cache: false\n`,
      'a.sh': 'echo old > x\n',
      'b.sh': `grep -q old x && echo '{"m": 1}' > m.json\n`,
    },
    { git: true },
  )
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'one')
  made.git('tag', 'one')
  made.write({ 'a.sh': 'echo new > x\n', 'b.sh': `grep -q new x && echo '{"m": 5}' > m.json\n` })
  await made.repro()
  made.git('commit', '-qam', 'two')
  await assert.rejects(attribute(made.root, { from: 'one', to: 'main' }, { env: made.env }), {
    code: 'counterfactual_failed',
    message: /With code:[ab] from main .*stage b failed.*log is at .*counterfactual-b\.log/,
  })
  const joined = await attribute(
    made.root,
    { from: 'one', to: 'main', together: [['code:a', 'code:b']] },
    { env: made.env },
  )
  assert.deepEqual(sharesOf(joined, 'm.json:m'), { 'code:a+code:b': 4 })
})

test('without the run cache of the one who ran it, what dvc.lock records counts as run', async (t) => {
  const made = await changed(t)
  rmSync(join(made.root, '.dvc/cache/runs'), { recursive: true })
  const plan = await planAttribution(made.root, { from: 'one', to: 'two' })
  assert.equal(plan.cached, 2)
})
