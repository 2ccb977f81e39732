import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { TidemillError } from '#contract'
import { planChanges, readDeclaration } from '#operations'

async function problemOf(text: string): Promise<string> {
  try {
    await readDeclaration(text, 'tidemill.yaml')
  } catch (error) {
    if (error instanceof TidemillError) return error.message
    throw error
  }
  return 'no problem'
}

test('the declarations of both examples are read', async () => {
  for (const example of ['diabetes', 'census']) {
    const file = new URL(`../../examples/${example}/tidemill.yaml`, import.meta.url)
    const declared = await readDeclaration(await readFile(file, 'utf8'), 'tidemill.yaml')
    assert.equal(Object.keys(declared.datasets ?? {}).length, 1)
  }
})

test('an empty file declares nothing', async () => {
  assert.deepEqual(await readDeclaration('', 'tidemill.yaml'), {})
})

test('a field that does not exist is named with its line and column', async () => {
  const text = 'datasets:\n  a:\n    source: x.csv\n    sauce: y.csv\n'
  assert.equal(await problemOf(text), 'tidemill.yaml:4:12: datasets.a has no field "sauce"')
})

test('a value of the wrong type is named with its line and column', async () => {
  const text = 'datasets:\n  a:\n    source: 5\n'
  assert.match(await problemOf(text), /^tidemill\.yaml:3:13: datasets\.a\.source must be string/)
})

test('YAML that cannot be parsed is named with its line', async () => {
  assert.match(await problemOf('datasets:\n  a: [1\n'), /^tidemill\.yaml:[23]:/)
})

test('a name that nothing declares is refused, with what there is', async () => {
  const text = 'datasets:\n  a: { source: x.csv }\nendpoints:\n  e:\n    model: m\n'
  assert.match(
    await problemOf(text),
    /^tidemill\.yaml:5:12: endpoints\.e\.model names m, but models has/,
  )
})

test('a schedule that is no cron line is refused where it stands', async () => {
  const model =
    'models:\n  m:\n    dataset: a\n    experiment: e\n    select: { metric: f1, goal: max }\n    requirements: []\n'
  const policy = (line: string): string =>
    `datasets:\n  a: { source: x.csv }\n${model}policies:\n  p:\n    model: m\n    on:\n      - schedule: '${line}'\n`
  assert.match(
    await problemOf(policy('every day')),
    /^tidemill\.yaml:13:19: policies\.p\.on\.0\.schedule/,
  )
  assert.equal(await problemOf(policy('0 3 * * 1')), 'no problem')
})

test('a plan creates what is new, updates what differs, and leaves the rest', () => {
  const applied = { datasets: { a: { source: 'x.csv' }, b: { source: 'y.csv' } } }
  const declared = {
    datasets: { a: { source: 'x.csv' }, b: { source: 'z.csv' }, c: { source: 'w.csv' } },
  }
  const plan = planChanges(declared, applied)
  assert.deepEqual(
    plan.map((change) => `${change.action} ${change.kind} ${change.name}`),
    ['none dataset a', 'update dataset b', 'create dataset c'],
  )
  assert.deepEqual(plan[1]?.changes, [{ field: 'source', from: 'y.csv', to: 'z.csv' }])
})

test('a plan removes what is no longer declared, last things first', () => {
  const applied = {
    datasets: { a: { source: 'x.csv' } },
    endpoints: { e: { model: 'm' } },
  }
  assert.deepEqual(
    planChanges({}, applied).map((change) => `${change.action} ${change.kind}`),
    ['remove endpoint', 'remove dataset'],
  )
})

test('what was planned and applied plans to nothing', () => {
  const declared = { datasets: { a: { source: 'x.csv' } } }
  assert.ok(planChanges(declared, declared).every((change) => change.action === 'none'))
})

test('a model is compared with the champion only by a metric that has a direction', async () => {
  const text = (metric: string): string =>
    [
      'datasets:',
      '  d: { source: x.csv }',
      'models:',
      '  m:',
      '    dataset: d',
      '    experiment: e',
      '    select: { metric: f1, goal: max }',
      '    requirements:',
      `      - { kind: not_worse, metric: ${metric}, margin: 0.1 }`,
    ].join('\n')
  assert.equal(await problemOf(text('log_loss')), 'no problem')
  assert.match(await problemOf(text('profit')), /^tidemill\.yaml:9:/)
})
