import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { openApp } from '#app'
import type { Rerun, Run } from '#contract'
import { importDataset } from '../../src/app/steps/import-dataset.ts'
import { rerun } from '../../src/app/steps/rerun.ts'
import { withCode } from '../auth/support/open-test-auth.ts'
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
  const git = (...args: readonly string[]) =>
    promisify(execFile)('git', [
      ...['-C', dir, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args],
    ])
  await mkdir(join(dir, 'code'))
  await writeFile(join(dir, 'code/train me.ts'), script)
  await writeFile(join(dir, 'code/params.yaml'), 'scale: 2\n')
  await writeFile(join(dir, '.gitignore'), '.tidemill\n*.csv\n')
  await git('init', '--quiet')
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'first')
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
  await git('commit', '--quiet', '-am', 'second')
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
  assert.match((await git('worktree', 'list')).stdout, /^[^\n]*\n$/, 'no work tree is left')
})

test('what a run was made from that is not there any more is named', async (t) => {
  const { run, rooms } = await project(t)
  const { tracking } = rooms
  const like = async (source: Run['source']) =>
    (await tracking.create({ experiment: 'e', user: 'u', source })).id
  const cases: readonly (readonly [Run['source'], RegExp])[] = [
    [{ ...run.source, code: `${run.source.code}+dirty` }, /not committed.*--ignore-unc/],
    [{ ...run.source, code: '0'.repeat(40) }, /has no commit 000000000000/],
    [{ ...run.source, datasetVersion: 9 }, /version 9 of d.* is gone/],
    [{ ...run.source, dataDigest: `sha256:${'0'.repeat(64)}` }, /is not what it read/],
    [{ code: run.source.code ?? '' }, /does not say which command/],
    [{ command: ['true'], rerun: 'commands' }, /outside of a Git repository/],
    [{ ...run.source, command: ['false'] }, /false ended with 1/],
    [{ ...run.source, command: ['true'] }, /recorded no run/],
  ]
  for (const [source, said] of cases) {
    await assert.rejects(rerun(rooms, await like(source)), (error: Error) => {
      assert.match(error.message, said)
      return withCode('conflict')(error)
    })
  }
})
