import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openApp } from '#app'
import { httpCaller, operations, type Run } from '#contract'
import { gitIn } from '../support/git.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { tidemill } from '../support/tidemill.ts'

const script = `import { loadParams, startRun } from 'tidemill'
const { rate } = await loadParams()
const run = await startRun({ experiment: 'scores', params: { rate } })
await run.end()
if (rate === 5) process.exit(1)
const { writeFileSync } = await import('node:fs')
writeFileSync('out', String(rate))
`

/** A repository whose pipeline is in `sub`, committed. */
async function repository(
  t: TestContext,
  command = 'tidemill exec train.ts',
): Promise<{ readonly dir: string; readonly sub: string }> {
  const dir = await temporaryFolder(t)
  const sub = join(dir, 'sub')
  mkdirSync(sub)
  const files = {
    'train.ts': script,
    'params.yaml': 'rate: 1\n',
    '.gitignore': 'out\n',
    'dvc.yaml': `stages:\n  train:\n    cmd: ${command}\n    deps: [train.ts]\n    params: [rate]\n    outs: [out]\n`,
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(sub, name), text)
  const git = gitIn(dir)
  git('init', '--quiet')
  await tidemill(['init'], dir)
  git('add', '-A')
  git('commit', '--quiet', '-m', 'base')
  return { dir, sub }
}

function checkRuns(runs: readonly Run[], names: readonly string[]): void {
  const kept = runs.filter(({ tags }) => tags['tidemill.experiment'] !== undefined)
  assert.deepEqual(kept.map(({ name }) => name).toSorted(), names)
  assert.ok(kept.every(({ status }) => status === 'finished'))
  const made = runs.filter(({ tags }) => tags['tidemill.attempt'] !== undefined)
  assert.ok(made.length > names.length - 1)
  for (const { metrics } of made)
    assert.ok((metrics['system/stage_wall_seconds'] ?? 0) > 0, 'what the stage used')
}

test('experiments are runs of the repository’s home from whichever folder they are run, and what stages used is with the runs that they made, failed and queued ones included', async (t) => {
  const { dir, sub } = await repository(t)
  const exp = (...args: readonly string[]) => tidemill(['exp', 'run', ...args], sub)
  const app = await openApp({ home: join(dir, '.tidemill'), workspace: dir })
  t.after(() => app.close())
  const { tracking } = await app.project('default', { make: true })
  const one = await exp('--temp', '-S', 'rate=2', '-n', 'one')
  assert.equal(one.code, 0, one.stderr)
  assert.doesNotMatch(one.stdout, /not as a run/)
  await exp('-S', 'rate=3,5', '-n', 'many')
  const here = await exp('-S', 'rate=4', '-n', 'two')
  assert.equal(here.code, 0, here.stderr)
  const { items } = await tracking.search({})
  checkRuns(items, ['many-1', 'one', 'two'])
  assert.equal(items.filter(({ tags }) => tags['tidemill.attempt'] !== undefined).length, 4)
})

test('with TIDEMILL_URL experiments are runs of that server, and what their stages used is there', async (t) => {
  const { sub } = await repository(t)
  const { url } = await runningServer(t)
  const ended = await tidemill(['exp', 'run', '-S', 'rate=2', '-n', 'far'], sub, {
    TIDEMILL_URL: url,
  })
  assert.equal(ended.code, 0, ended.stderr)
  const { runs } = await httpCaller({ url }).call(operations.runs.search, {})
  checkRuns(runs, ['far'])
})

test('where no home and no server keeps runs, exp run says so in a line, a sweep once, and those experiments become runs when there is one', async (t) => {
  const { sub } = await repository(t, 'cp params.yaml out')
  for (const set of ['rate=2', 'rate=3,4']) {
    const { code, stdout, stderr } = await tidemill(['exp', 'run', '--temp', '-S', set], sub)
    assert.equal(code, 0, stderr)
    assert.equal(
      `${stdout}${stderr}`.match(/not as a run: there is no home .*\.tidemill/g)?.length,
      1,
    )
  }

  const record = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await tidemill(['exp', 'record', ...args], sub)
    return { code, said: `${stdout}${stderr}`, stdout }
  }
  assert.match((await record()).said, /no Tidemill home/)
  const app = await openApp({ home: join(sub, '..', '.tidemill'), workspace: join(sub, '..') })
  t.after(() => app.close())
  const { tracking } = await app.project('default', { make: true })
  const dry = JSON.parse((await record('--dry', '--json')).stdout) as { experiments: unknown[] }
  assert.equal(dry.experiments.length, 3)
  assert.equal((await tracking.search({})).items.length, 0)
  const next = await tidemill(['exp', 'run', '--temp', '-S', 'rate=6'], sub)
  assert.match(next.stderr, /3 experiments that had no run became runs/)
  assert.equal((await tracking.search({})).items.length, 4)
  assert.match((await record()).said, /Every experiment is a run/)
})
