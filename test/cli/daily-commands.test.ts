import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { metricsShow } from '#pipeline'
import { project } from '../pipeline/support/project.ts'
import { tidemill } from '../support/tidemill.ts'

const two = `stages:
  a: {cmd: 'echo one && echo two && echo "acc: 1" > a.yaml', deps: [seed], metrics: [a.yaml: {cache: false}]}
  b: {cmd: 'echo three && echo "acc: 2" > b.yaml', params: [rate], metrics: [b.yaml: {cache: false}]}
`

test('stages that run at a time say by name what each prints, and a log comes as JSON too', async (t) => {
  const made = await project(t, { seed: '', 'params.yaml': 'rate: 1\n', 'dvc.yaml': two })
  const { code, stderr } = await tidemill(['repro', '-j', '2'], made.root)
  assert.equal(code, 0, stderr)
  for (const line of ['a | one', 'a | two', 'b | three'])
    assert.ok(stderr.split('\n').includes(line), stderr)
  const log = await tidemill(['stage', 'logs', 'b', '--json'], made.root)
  const { text, record } = JSON.parse(log.stdout) as { text: string; record: { outcome: string } }
  assert.match(text, /^> echo three .*\nthree\n$/)
  assert.equal(record.outcome, 'done')
})

test('exp show names the file of every metric that several files have, and sorts by columns that are there', async (t) => {
  const files = { seed: '', 'params.yaml': 'rate: 1\n', 'dvc.yaml': two }
  const made = await project(t, files, { git: true })
  await made.repro()
  const { stdout } = await tidemill(['exp', 'show', '--csv'], made.root)
  assert.equal(stdout.split('\n')[0], 'Experiment,Created,a.yaml:acc,b.yaml:acc,rate')
  const wrong = await tidemill(['exp', 'show', '--sort-by', 'acc'], made.root)
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /no column acc; there are a\.yaml:acc, b\.yaml:acc, rate/)
  const byFile = await tidemill(['exp', 'show', '--sort-by', 'params.yaml:rate'], made.root)
  assert.equal(byFile.code, 0, byFile.stderr)
})

test('names of experiments, revisions and parameters that are not there are answered with the nearest', async (t) => {
  const files = { seed: '', 'params.yaml': 'rate: 1\n', 'dvc.yaml': two }
  const made = await project(t, files, { git: true })
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'one')
  const ran = await tidemill(['exp', 'run', '-n', 'slower', '-S', 'rate=2'], made.root)
  assert.equal(ran.code, 0, ran.stderr)
  const said = async (...words: readonly string[]) => (await tidemill(words, made.root)).stderr
  assert.match(await said('exp', 'apply', 'slowre'), /no experiment slowre, did you mean slower/)
  assert.match(await said('exp', 'diff', 'slowe'), /no revision slowe, did you mean slower/)
  assert.match(await said('exp', 'run', '-S', 'raet=3'), /no raet, did you mean rate: to add it/)
})

test('two experiments that do not differ are said not to', async (t) => {
  const made = await project(
    t,
    { seed: '', 'params.yaml': 'rate: 1\n', 'dvc.yaml': two },
    { git: true },
  )
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'one')
  assert.equal((await tidemill(['exp', 'diff'], made.root)).stdout, 'Nothing differs.\n')
})

test('in a folder below, metrics and parameters go by the names that lead to them from there', async (t) => {
  const files = { seed: '', 'params.yaml': 'rate: 1\n', 'dvc.yaml': two }
  const made = await project(t, files, { git: true })
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'one')
  made.write({ 'params.yaml': 'rate: 2\n', 'a.yaml': 'acc: 3\n' })
  mkdirSync(join(made.root, 'sub'))
  const json = async (...words: readonly string[]): Promise<unknown> =>
    JSON.parse((await tidemill([...words, '--json'], join(made.root, 'sub'))).stdout)
  assert.deepEqual(await json('params', 'diff'), {
    '../params.yaml': { rate: { old: 1, new: 2, diff: 1 } },
  })
  assert.deepEqual(await json('params', 'show'), { '../params.yaml': { rate: 2 } })
  assert.deepEqual(await json('metrics', 'diff'), {
    '../a.yaml': { acc: { old: 1, new: 3, diff: 2 } },
  })
  assert.deepEqual(await json('metrics', 'show'), {
    '': { data: { '../a.yaml': { data: { acc: 3 } }, '../b.yaml': { data: { acc: 2 } } } },
  })
  assert.deepEqual(Object.keys(metricsShow(join(made.root, 'sub'))), ['a.yaml', 'b.yaml'])
})

test('status names what a stage reads of what will be made anew, and a frozen stage is not said to have run', async (t) => {
  const made = await project(t, {
    seed: '',
    'dvc.yaml': `stages:
  make: {cmd: 'true', deps: [seed], outs: [used, unused]}
  take: {cmd: 'true', deps: [used], outs: [taken]}
  ice: {cmd: 'true', outs: [cold], frozen: true}
`,
  })
  const { stdout } = await tidemill(['status'], made.root)
  assert.match(stdout, /will make used anew/)
  assert.doesNotMatch(stdout, /will make unused anew/)
  const ice = await tidemill(['repro', 'ice'], made.root)
  assert.match(ice.stderr, /dvc\.yaml:\d+:\d+: ice needs what is not there: cold/)
})
