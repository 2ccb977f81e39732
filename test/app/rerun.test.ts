import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openApp } from '#app'
import type { Rerun, Run } from '#contract'
import { initRepository } from '#pipeline'
import { importDataset } from '../../src/app/steps/import-dataset.ts'
import { rerun } from '../../src/app/steps/rerun.ts'
import { withCode } from '../auth/support/open-test-auth.ts'
import { gitIn } from '../support/git.ts'
import { temporaryFolder } from '../support/home.ts'
import { tidemill } from '../support/tidemill.ts'

const script = `import { loadDataset, loadParams, startRun } from 'tidemill'
const params = await loadParams()
const table = await loadDataset('d')
const run = await startRun({ experiment: 'e', dataset: 'd', params: { scale: params.scale, mode: process.argv[2] } })
await run.logMetrics({ rows: table.length, scaled: table.length * params.scale })
await run.end()
`

/** A repository with a script, its params and a dataset, and a run that the script made. */
async function project(t: TestContext) {
  const dir = await temporaryFolder(t)
  const git = gitIn(dir)
  await mkdir(join(dir, 'code'))
  await writeFile(join(dir, 'code/train me.ts'), script)
  await writeFile(join(dir, 'code/params.yaml'), 'scale: 2\n')
  await writeFile(join(dir, '.gitignore'), '.tidemill\n*.csv\n')
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '-m', 'first')
  const home = join(dir, '.tidemill')
  const app = await openApp({ home, workspace: dir })
  t.after(() => app.close())
  const rooms = await app.project('default')
  const bring = (text: string) =>
    importDataset(rooms, {
      ...{ dataset: 'd', bytes: Readable.from([text]), shownAs: 'd.csv', message: '', by: 'u' },
    })
  await bring('a,b\n1,2\n3,4\n')
  const made = await tidemill(['exec', '--home', home, 'train me.ts', 'fast'], join(dir, 'code'))
  assert.equal(made.code, 0, made.stderr)
  const [run] = (await rooms.tracking.search({})).items
  assert.ok(run)
  return { dir, git, run, home, rooms, bring }
}

test('a run is made again from its commit, its params and its data, whatever the work tree and the newest data are by now', async (t) => {
  const { dir, git, run, home, rooms, bring } = await project(t)
  assert.deepEqual(run.source.command, ['tidemill', 'exec', 'train me.ts', 'fast'])
  assert.equal(run.source.folder, 'code')
  await writeFile(join(dir, 'code/train me.ts'), 'throw new Error("not this one")\n')
  git('commit', '--quiet', '-am', 'second')
  await writeFile(join(dir, 'code/params.yaml'), 'scale: 3\n')
  await bring('a,b\n1,2\n3,4\n5,6\n')
  const again = await tidemill(['runs', 'rerun', run.id, '--json', '--home', home], dir)
  assert.equal(again.code, 0, again.stderr)
  const { run: made, of, metrics, params } = JSON.parse(again.stdout) as Rerun
  assert.equal(of, run.id)
  assert.deepEqual(metrics, [
    { key: 'rows', before: 2, after: 2 },
    { key: 'scaled', before: 4, after: 4 },
  ])
  assert.deepEqual(params, [])
  const shown = await rooms.tracking.run(made)
  assert.equal(shown.tags['tidemill.rerunOf'], run.id)
  assert.equal(shown.source.datasetVersion, 1)
  assert.equal(shown.source.code, run.source.code)
  assert.equal(await readFile(join(dir, 'code/params.yaml'), 'utf8'), 'scale: 3\n')
  assert.match(git('worktree', 'list'), /^[^\n]*\n$/, 'no work tree is left')
})

test('a run of code that was not committed is made again with what differed, and keeps that itself', async (t) => {
  const { dir, git, rooms, home } = await project(t)
  const scaled = script.replace('params.scale }', 'factor(params.scale) }')
  const changed = `import { factor } from './factor.ts'\n${scaled}`
  await writeFile(join(dir, 'code/train me.ts'), changed)
  await writeFile(
    join(dir, 'code/factor.ts'),
    'export const factor = (scale: number) => scale * 10\n',
  )
  const first = await tidemill(['exec', '--home', home, 'train me.ts', 'fast'], join(dir, 'code'))
  assert.equal(first.code, 0, first.stderr)
  const [run] = (await rooms.tracking.search({})).items
  assert.ok(run?.source.code?.endsWith('+dirty'))
  git('checkout', '--quiet', '.')
  git('clean', '--quiet', '--force', 'code')

  const { run: id, metrics } = await rerun(rooms, run.id)
  assert.deepEqual(metrics, [
    { key: 'rows', before: 2, after: 2 },
    { key: 'scaled', before: 40, after: 40 },
  ])
  const made = await rooms.tracking.run(id)
  assert.deepEqual(made.source.uncommitted, run.source.uncommitted)
  const asCommitted = await rerun(rooms, run.id, { ignoreUncommitted: true })
  assert.equal(asCommitted.metrics[1]?.after, 4)
})

test('what a run was made from that is not there any more is named', async (t) => {
  const { run, rooms } = await project(t)
  const { tracking } = rooms
  const like = async (source: Run['source']) =>
    (await tracking.create({ experiment: 'e', user: 'u', source })).id
  const cases: readonly (readonly [Run['source'], RegExp])[] = [
    [{ ...run.source, code: `${run.source.code}+dirty` }, /were not kept.*--ignore-unc/],
    [{ ...run.source, code: '0'.repeat(40) }, /has no commit 000000000000/],
    [{ ...run.source, datasetVersion: 9 }, /version 9 of d.* is gone/],
    [{ ...run.source, dataDigest: `sha256:${'0'.repeat(64)}` }, /is not what it read/],
    [{ code: run.source.code ?? '' }, /does not say which command/],
    [{ command: ['true'], rerun: 'commands' }, /outside of a Git repository/],
    [{ ...run.source, command: ['false'] }, /false ended with 1/],
    [{ ...run.source, command: ['true'] }, /recorded no run/],
    [{ ...run.source, rerun: 'none' }, /kept as information only/],
  ]
  for (const [source, said] of cases) {
    await assert.rejects(rerun(rooms, await like(source)), (error: Error) => {
      assert.match(error.message, said)
      return withCode('conflict')(error)
    })
  }
})

test('what a command started and does not end when it is told is gone before its folder is', async (t) => {
  const { dir, run, rooms } = await project(t)
  const note = join(dir, 'stubborn.csv')
  const stubborn = `trap "" TERM; echo $$ > '${note}'; while :; do sleep 0.1; done`
  const command = ['sh', '-c', `sh -c '${stubborn.replaceAll("'", `'\\''`)}' & wait`]
  const { id } = await rooms.tracking.create({
    ...{ experiment: 'e', user: 'u', source: { ...run.source, command } },
  })
  const cancel = new AbortController()
  const again = rerun(rooms, id, { signal: cancel.signal, graceMs: 200 })
  const failed = assert.rejects(again, { name: 'AbortError' })
  const pid = await eventually(() => readFile(note, 'utf8').then(Number))
  cancel.abort()
  await failed
  await eventually(() => Promise.resolve(!existsSync(`/proc/${pid}`)))
})

test('in a repository with data the work tree is one of the pipeline’s own, which gc knows of', async (t) => {
  const { dir, git, run, rooms } = await project(t)
  initRepository(dir)
  git('add', '.dvc')
  git('commit', '--quiet', '-m', 'with data')
  const code = git('rev-parse', 'HEAD').trim()
  const note = join(dir, 'where.csv')
  const command = [
    'sh',
    '-c',
    `pwd > '${note}'; git rev-parse --show-toplevel >> '${note}'; cat "$(git rev-parse --show-toplevel).owner" >> '${note}'`,
  ]
  const { id } = await rooms.tracking.create({
    ...{ experiment: 'e', user: 'u', source: { ...run.source, code, command } },
  })
  await assert.rejects(rerun(rooms, id), /recorded no run/)
  const [place, top = '', owner = ''] = (await readFile(note, 'utf8')).split('\n')
  assert.equal(place, join(top, 'code'))
  assert.equal(dirname(top), join(await realpath(dir), '.dvc/tmp/tidemill/experiments'))
  assert.equal(JSON.parse(owner).pid, process.pid)
  assert.match(git('worktree', 'list'), /^[^\n]*\n$/, 'no work tree is left')
})

/** What a question comes to, asked until there is an answer. */
async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await ask().catch(() => undefined)
    if (answer) return answer
    await delay(50)
  }
  throw new Error('it did not come to be')
}
