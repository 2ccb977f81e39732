import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { httpCaller, operations, type Requirement } from '#contract'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { registeredModel } from '../support/registered-models.ts'
import { tidemill } from '../support/tidemill.ts'

test('requirements are listed, added, replaced, set from a file and removed on the command line; those of tidemill.yaml are left to it', async (t) => {
  const dir = await temporaryFolder(t)
  await writeFile(join(dir, 'd.csv'), 'a,b\n1,2\n')
  const { url } = await runningServer(t, { dir })
  const caller = httpCaller({ url })
  await registeredModel(caller, { model: 'plain' })
  const select = { metric: 'f1', goal: 'max' }
  const schema: Requirement = { kind: 'schema' }
  const declared = { dataset: 'd', experiment: 'risk', select, requirements: [schema] }
  const datasets = { d: { source: 'd.csv' } }
  const text = JSON.stringify({ datasets, models: { risk: declared } })
  await caller.call(operations.loop.apply, { text })

  const run = async (...words: readonly string[]) =>
    tidemill(['models', 'requirements', ...words, '--url', url], dir)
  const said = async (...words: readonly string[]) => {
    const { stdout, stderr, code } = await run(...words)
    assert.equal(code, 0, stderr)
    return stdout
  }
  assert.match(await said('list', 'plain'), /Nothing is asked .* requirements add plain metric/)
  const added = await said('add', 'risk', 'metric', '--metric', 'f1', '--min', '0.6')
  assert.match(added, /1 +schema +in tidemill\.yaml\n2 +metric +metric f1, min 0\.6 +by hand/)
  await said(
    'add',
    'risk',
    'direction',
    '--column',
    'bmi',
    '--delta',
    '-5',
    '--expect',
    'never_raises',
  )
  await said('add', 'risk', 'latency', '--p99-ms', '20', '--replace', '2')
  const read = JSON.parse(await said('list', 'risk', '--json')) as Record<string, unknown>
  const direction = { kind: 'direction', column: 'bmi', delta: -5, expect: 'never_raises' }
  assert.deepEqual(read, {
    requirements: [schema, { kind: 'latency', p99Ms: 20 }, direction],
    fromFile: [schema],
  })

  assert.match((await run('remove', 'risk', '1')).stderr, /tidemill\.yaml declares the requirement/)
  assert.match((await run('remove', 'risk', '9')).stderr, /no requirement 9 of risk; .* list risk/)
  assert.match(
    (await run('add', 'risk', 'metrics')).stderr,
    /no kind of requirement; there are met/,
  )
  assert.match(
    (await run('add', 'risk', 'schema', '--min', '1')).stderr,
    /of the kind schema has no min/,
  )
  await said('remove', 'risk', '2')
  await writeFile(join(dir, 'asks.yaml'), '- { kind: metric, metric: f1, min: 0.8 }\n')
  assert.match(
    await said('set', 'risk', '--from', 'asks.yaml'),
    /1 +schema.*\n2 +metric .*0\.8.*\n$/,
  )
  await writeFile(join(dir, 'asks.yaml'), 'f1: 0.8\n')
  assert.match(
    (await run('set', 'risk', '--from', 'asks.yaml')).stderr,
    /asks\.yaml is no list of requirements: write one as - \{/,
  )
})
