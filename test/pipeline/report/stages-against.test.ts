import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stagesAgainst } from '#pipeline'
import { project } from '../support/project.ts'

test('a stage that always runs is up to date in a report, and so is what only such a stage would make anew', async (t) => {
  const made = await project(
    t,
    {
      seed: '1\n',
      'dvc.yaml': `stages:
  clock: {cmd: date > year, always_changed: true, outs: [year: {cache: false}]}
  after: {cmd: cp year copy, deps: [year], outs: [copy]}
  one: {cmd: cp seed one, deps: [seed], outs: [one]}
  two: {cmd: cp one two, deps: [one], outs: [two]}
`,
    },
    { git: true },
  )
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'start')
  const due = async () =>
    (await stagesAgainst(made.root, 'HEAD')).flatMap((each) => (each.due ? [each.stage] : []))
  assert.deepEqual(await due(), [])
  made.write({ seed: '2\n' })
  assert.deepEqual(await due(), ['one', 'two'])
})
