import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { openApp } from '#app'
import type { Rerun, Run } from '#contract'
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
  const at = (...args: readonly string[]) => tidemill([...args, '--home', home], dir)
  await writeFile(join(dir, 'd.csv'), 'a,b\n1,2\n3,4\n')
  assert.equal((await at('data', 'import', 'd', 'd.csv')).code, 0)
  const made = await tidemill(['exec', '--home', home, 'train me.ts', 'fast'], join(dir, 'code'))
  assert.equal(made.code, 0, made.stderr)
  const { runs } = JSON.parse((await at('runs', 'ls', '--json')).stdout) as { runs: Run[] }
  const [run] = runs
  assert.ok(run)
  return { dir, git, at, run, home }
}

test('a run is made again from its commit, its params and its data, whatever the work tree and the newest data are by now', async (t) => {
  const { dir, git, at, run } = await project(t)
  assert.deepEqual(run.source.command, ['tidemill', 'exec', 'train me.ts', 'fast'])
  assert.equal(run.source.folder, 'code')
  await writeFile(join(dir, 'code/train me.ts'), 'throw new Error("not this one")\n')
  await git('commit', '--quiet', '-am', 'second')
  await writeFile(join(dir, 'code/params.yaml'), 'scale: 3\n')
  await writeFile(join(dir, 'd2.csv'), 'a,b\n1,2\n3,4\n5,6\n')
  assert.equal((await at('data', 'import', 'd', 'd2.csv')).code, 0)
  const again = await at('runs', 'rerun', run.id, '--json')
  assert.equal(again.code, 0, again.stderr)
  const { run: made, of, metrics, params } = JSON.parse(again.stdout) as Rerun
  assert.equal(of, run.id)
  assert.deepEqual(metrics, [
    { key: 'rows', before: 2, after: 2 },
    { key: 'scaled', before: 4, after: 4 },
  ])
  assert.deepEqual(params, [])
  const shown = JSON.parse((await at('runs', 'show', made, '--json')).stdout) as { run: Run }
  assert.equal(shown.run.tags['tidemill.rerunOf'], run.id)
  assert.equal(shown.run.source.datasetVersion, 1)
  assert.equal(shown.run.source.code, run.source.code)
  assert.equal(await readFile(join(dir, 'code/params.yaml'), 'utf8'), 'scale: 3\n')
  assert.match((await git('worktree', 'list')).stdout, /^[^\n]*\n$/, 'no work tree is left')
})

test('what a run was made from that is not there any more is named', async (t) => {
  const { at, run, home } = await project(t)
  const app = await openApp({ home })
  const { tracking, lake } = await app.project('default')
  const like = async (source: Run['source']) =>
    (await tracking.create({ experiment: 'e', user: 'u', source })).id
  const cases = {
    [await like({ ...run.source, code: `${run.source.code}+dirty` })]:
      /not committed.*--ignore-unc/,
    [await like({ ...run.source, code: '0'.repeat(40) })]: /has no commit 000000000000/,
    [await like({ ...run.source, datasetVersion: 9 })]: /version 9 of d.* is gone/,
    [await like({ ...run.source, dataDigest: `sha256:${'0'.repeat(64)}` })]: /is not what it read/,
    [await like({ code: run.source.code ?? '' })]: /does not say which command/,
    [await like({ command: ['true'] })]: /outside of a Git repository/,
    [await like({ ...run.source, command: ['tidemill', 'exec', 'none.ts'] })]: /ended with/,
    [await like({ ...run.source, command: ['true'] })]: /recorded no run/,
  }
  assert.ok(await lake.get('d'))
  await app.close()
  for (const [id, said] of Object.entries(cases)) {
    const { code, stderr } = await at('runs', 'rerun', id)
    assert.equal(code, 2, stderr)
    assert.match(stderr.replaceAll('\n', ' '), said)
  }
})
