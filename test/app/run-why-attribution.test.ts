import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { attributeNamed, openApp } from '#app'
import { runDifference } from '../../src/app/steps/run-difference.ts'
import { project } from '../pipeline/support/project.ts'
import { tidemill } from '../support/tidemill.ts'

const files = (a: number) => ({
  'dvc.yaml': `stages:\n  score:\n    cmd: echo "{\\"score\\":\${a}}" > score.json\n    params: [a]\n    metrics:\n    - score.json:\n        cache: false\n`,
  'params.yaml': `a: ${a}\n`,
})

test('why two runs differ leads to the re-runs that tell causes apart: how to ask for them, where they are, or why they cannot be', async (t) => {
  const made = await project(t, { ...files(1), '.gitignore': '.tidemill\n' }, { git: true })
  const commits: string[] = []
  for (const a of [1, 3]) {
    made.write(files(a))
    await made.repro()
    made.git('add', '-A')
    made.git('commit', '-qm', `a is ${a}`)
    commits.push(made.git('rev-parse', 'HEAD').trim())
  }
  const home = join(made.root, '.tidemill')
  const app = await openApp({ home, workspace: made.root })
  t.after(() => app.close())
  const rooms = await app.project('default')
  const run = async (code: string | undefined, a: string) =>
    (
      await rooms.tracking.create({
        ...{ experiment: 'e', user: 'u', params: { a } },
        source: code === undefined ? {} : { code },
      })
    ).id
  const [one, two] = [await run(commits[0], '1'), await run(commits[1], '3')]
  const sides = { from: `run:${one}`, to: `run:${two}` }
  assert.deepEqual((await runDifference(rooms, one, two)).attribution, sides)
  assert.equal((await runDifference(rooms, one, one)).attribution, undefined)
  const cli = await tidemill(['runs', 'why', one, two, '--home', home], made.root)
  assert.match(cli.stdout, new RegExp(`tidemill attribute run:${one} run:${two}`))

  const { id, metrics } = await attributeNamed(rooms, made.root, { ...sides, unmarked: true }, {})
  assert.deepEqual(
    metrics[0]?.shares.map(({ cause, share }) => [cause, share]),
    [['params:a', 2]],
  )
  const { attribution } = await runDifference(rooms, one, two)
  assert.equal(attribution?.made?.id, id)
  const again = await tidemill(['runs', 'why', one, two, '--home', home], made.root)
  assert.match(again.stdout, new RegExp(`/pipeline/attributions/${id}`))

  const problem = async (code: string | undefined) =>
    (await runDifference(rooms, one, await run(code, '3'))).attribution?.problem
  assert.match((await problem(undefined)) ?? '', /does not say which commit/)
  assert.match((await problem('0'.repeat(40))) ?? '', /0000000/)
  assert.match((await problem('--output=x')) ?? '', /--output=x/)
  const untrusted = await rooms.tracking.create({
    ...{ experiment: 'e', user: 'u', source: { code: commits[1] ?? '', rerun: 'none' } },
  })
  const none = (await runDifference(rooms, one, untrusted.id)).attribution
  assert.match(none?.problem ?? '', /may not run the pipeline/)
})

test('a difference of code that is too long to show is said to be that, with the command that shows it', async (t) => {
  const made = await project(
    t,
    { 'large.txt': 'x'.repeat(79).concat('\n').repeat(60_000) },
    { git: true },
  )
  made.git('add', '-A')
  made.git('commit', '-qm', 'large')
  const before = made.git('rev-parse', 'HEAD').trim()
  made.write({ 'large.txt': 'y'.repeat(79).concat('\n').repeat(60_000) })
  made.git('commit', '-qam', 'changed')
  const after = made.git('rev-parse', 'HEAD').trim()
  const app = await openApp({ home: join(made.root, '.tidemill'), workspace: made.root })
  t.after(() => app.close())
  const rooms = await app.project('default')
  const [one, two] = await Promise.all(
    [before, after].map((code) =>
      rooms.tracking.create({ experiment: 'e', user: 'u', source: { code } }),
    ),
  )
  const { code } = await runDifference(rooms, one?.id ?? '', two?.id ?? '')
  assert.match(code.problem ?? '', new RegExp(`longer than 4 MiB: git diff ${before} ${after}`))
})
