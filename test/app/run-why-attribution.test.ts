import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { attributeNamed, openApp, planNamed } from '#app'
import { uncommittedPath, type RunSource } from '#contract'
import { readSides } from '../../src/app/attribution/workspace-attribution.ts'
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

test('a run whose metrics are in no commit yet is a side by what it logged itself, also where neither commit has any', async (t) => {
  const made = await project(t, { ...files(1), '.gitignore': '.tidemill\n' }, { git: true })
  const commits: string[] = []
  for (const a of [1, 3]) {
    made.write(files(a))
    made.git('add', '-A')
    made.git('commit', '-qm', `a is ${a}`)
    commits.push(made.git('rev-parse', 'HEAD').trim())
  }
  const app = await openApp({ home: join(made.root, '.tidemill'), workspace: made.root })
  t.after(() => app.close())
  const rooms = await app.project('default')
  const ids: string[] = []
  for (const [at, code] of commits.entries()) {
    const { id } = await rooms.tracking.create({
      ...{ experiment: 'e', user: 'u', source: { code, pipelineStage: 'score', rerun: 'stages' } },
    })
    const point = { key: 'score', value: at === 0 ? 1 : 3, step: 0, time: 0 }
    await rooms.tracking.log(id, { metrics: [point] })
    ids.push(id)
  }
  const [one = '', two = ''] = ids
  assert.equal((await runDifference(rooms, one, two)).attribution?.problem, undefined)
  const sides = { from: `run:${one}`, to: `run:${two}` }
  const { metrics, notes } = await attributeNamed(rooms, made.root, sides, {})
  assert.deepEqual(
    metrics.map(({ id, from, to, shares }) => [
      ...[id, from, to],
      shares.map(({ cause, share }) => [cause, share]),
    ]),
    [['score.json:score', 1, 3, [['params:a', 2]]]],
  )
  assert.deepEqual(notes, [])
})

test('what a run had beside its commit is compared, and a cause of its own where an admin recorded it', async (t) => {
  const made = await project(t, { ...files(1), '.gitignore': '.tidemill\n' }, { git: true })
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'first')
  const code = made.git('rev-parse', 'HEAD').trim()
  made.write({ 'dvc.yaml': files(1)['dvc.yaml'].replace('${a}}', '${a}5}') })
  const patch = made.git('diff', '--binary', 'HEAD')
  made.git('checkout', '-q', '.')
  const app = await openApp({ home: join(made.root, '.tidemill'), workspace: made.root })
  t.after(() => app.close())
  const rooms = await app.project('default')
  const digest = `sha256:${createHash('sha256').update(patch).digest('hex')}`
  const run = async (source: RunSource, score: number) => {
    const { id } = await rooms.tracking.create({
      ...{ experiment: 'e', user: 'u', source: { pipelineStage: 'score', ...source } },
    })
    await rooms.tracking.putArtifact(id, uncommittedPath, Readable.from([Buffer.from(patch)]))
    await rooms.tracking.log(id, { metrics: [{ key: 'score', value: score, step: 0, time: 0 }] })
    return id
  }
  const uncommitted = { digest, whole: true, left: [] }
  const plain = await run({ code, rerun: 'stages' }, 1)
  const patched = { code: `${code}+dirty`, uncommitted }
  const admins = await run({ ...patched, rerun: 'commands' }, 15)
  const editors = await run({ ...patched, rerun: 'stages' }, 15)

  const { causes, code: shown, attribution } = await runDifference(rooms, plain, admins)
  assert.deepEqual(causes, ['code'])
  assert.deepEqual(
    shown.files.map(({ path, linesAdded }) => [path, linesAdded]),
    [['dvc.yaml', 1]],
  )
  assert.deepEqual([shown.problem, attribution?.problem], [undefined, undefined])
  assert.deepEqual((await runDifference(rooms, admins, editors)).code.files, [])

  const to = (id: string) => ({ from: `run:${plain}`, to: `run:${id}` })
  const { metrics, notes } = await attributeNamed(rooms, made.root, to(admins), {})
  assert.deepEqual(
    metrics.map(({ from, to: now, shares }) => [from, now, shares[0]?.cause, shares[0]?.share]),
    [[1, 15, 'code:score', 14]],
  )
  assert.deepEqual(notes, [])
  const commit = (await planNamed(rooms, made.root, to(admins))).to.commit
  assert.equal((await planNamed(rooms, made.root, to(admins))).to.commit, commit)
  const { side, note } = (await readSides(rooms, made.root, to(editors))).to
  assert.equal(typeof side === 'string' ? side : side.commit, code)
  assert.match(
    note ?? '',
    /differed from its commit: what is compared is .*not recorded by an admin/,
  )
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
