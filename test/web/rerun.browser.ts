import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { httpCaller, operations } from '#contract'
import { skipBrowser } from '../support/browser.ts'
import { gitIn } from '../support/git.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { scriptRuns } from '../support/script-run.ts'
import { tidemill } from '../support/tidemill.ts'
import { inBothLights, lookedAt } from './support/looked-at.ts'

const script = `import { loadDataset, loadParams, startRun } from 'tidemill'
const params = await loadParams()
const table = await loadDataset('d')
const run = await startRun({ experiment: 'rides', name: 'first-try', dataset: 'd', params: { scale: params.scale } })
await run.logMetrics({ rows: table.length, scaled: table.length * params.scale, minutes: new Date().getTime() })
await run.end()
`

/** A repository with a script, and a run that the script made of its first commit; the script is another one by now. */
async function project(t: TestContext) {
  const dir = await temporaryFolder(t)
  const git = gitIn(dir)
  await mkdir(join(dir, 'code'))
  await writeFile(join(dir, 'code/train.ts'), script)
  await writeFile(join(dir, 'code/params.yaml'), 'scale: 2\n')
  await writeFile(join(dir, '.gitignore'), '.tidemill\n')
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '-m', 'first')
  const server = await runningServer(t, { dir })
  const caller = httpCaller({ url: server.url })
  const bytes = Buffer.from('a,b\n1,2\n3,4\n')
  await caller.call(operations.datasets.import, { name: 'd', file: 'd.csv' }, bytes)
  const made = await tidemill(
    ['exec', '--home', join(dir, '.tidemill'), 'train.ts'],
    join(dir, 'code'),
  )
  assert.equal(made.code, 0, made.stderr)
  const [run] = (await caller.call(operations.runs.search, {})).runs
  assert.ok(run)
  await writeFile(join(dir, 'code/train.ts'), 'throw new Error("not this one")\n')
  git('commit', '--quiet', '-am', 'second')
  return { url: server.url, caller, run, dir }
}

test(
  'in the browser a run is made again after a question, with its progress, and leads to the new run and to the comparison',
  { skip: skipBrowser },
  async (t) => {
    const { url, caller, run } = await project(t)
    const { page, problems } = await lookedAt(t)
    await page.goto(`${url}/runs/${run.id}`)
    await page.getByRole('heading', { name: 'first-try' }).waitFor()
    await inBothLights(page, 'rerun-run')
    await page.getByRole('button', { name: 'Run again …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('tidemill exec train.ts').waitFor()
    await inBothLights(page, 'rerun-ask')
    // Not now makes nothing.
    await dialog.getByRole('button', { name: 'Not now' }).click()
    await dialog.waitFor({ state: 'detached' })
    assert.equal((await caller.call(operations.runs.search, {})).runs.length, 1)

    await page.getByRole('button', { name: 'Run again …' }).click()
    await dialog.getByRole('button', { name: 'Run again', exact: true }).click()
    await dialog
      .getByText(/queued|running|looking|tidemill exec/)
      .first()
      .waitFor()
    await inBothLights(page, 'rerun-progress')
    await dialog.getByRole('link', { name: 'Open the new run' }).waitFor({ timeout: 60_000 })
    await dialog.getByText('1 of 3 metrics came out otherwise: minutes.').waitFor()
    await inBothLights(page, 'rerun-done')
    await dialog.getByRole('link', { name: 'Open the new run' }).click()
    await page.getByText('Makes again').waitFor()
    const made = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    assert.notEqual(made, run.id)
    const { run: again } = await caller.call(operations.runs.get, { run: made })
    assert.equal(again.tags['tidemill.rerunOf'], run.id)
    assert.deepEqual([again.metrics.rows, again.metrics.scaled], [2, 4])
    await inBothLights(page, 'rerun-new-run')
    // The two lead to each other, and to what differs between them.
    await page.getByRole('link', { name: 'Compare', exact: true }).click()
    await page.getByText('minutes').waitFor()
    await inBothLights(page, 'rerun-compared')
    await page.goto(`${url}/runs/${run.id}`)
    await page.getByRole('region', { name: 'Made again' }).first().getByRole('link').first().click()
    await page.waitForURL(`${url}/runs/${made}`)
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser a script is made again with other arguments, which its new run shows and offers again',
  { skip: skipBrowser },
  async (t) => {
    const { server, made } = await scriptRuns(t)
    const { tracking } = await server.app.project('default')
    const first = await made({ 'tidemill.arguments': '["--alpha", "0.1"]' })
    const { page, problems } = await lookedAt(t)
    await page.goto(`${server.url}/runs/${first}`)
    await page.getByText('python3 train.py --alpha 0.1').waitFor()
    await page.getByRole('button', { name: 'Run again …' }).click()
    const dialog = page.getByRole('dialog')
    const line = dialog.getByLabel('Arguments')
    assert.equal(await line.inputValue(), '--alpha 0.1')
    await line.fill('--name "two words')
    await dialog.getByText('is not closed').waitFor()
    assert.ok(
      await dialog.getByRole('button', { name: 'Run again', exact: true }).isDisabled(),
      'nothing is started with half a line',
    )
    await inBothLights(page, 'rerun-arguments')
    await line.fill('--name "two words" $HOME')
    await dialog.getByRole('button', { name: 'Run again', exact: true }).click()
    await dialog.getByRole('link', { name: 'Open the new run' }).click({ timeout: 60_000 })
    await page.getByText("python3 train.py --name 'two words' '$HOME'").waitFor()
    const again = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const { params } = await tracking.run(again)
    assert.deepEqual(JSON.parse(params.argv ?? ''), ['--name', 'two words', '$HOME'])
    await page.getByRole('button', { name: 'Run again …' }).click()
    assert.equal(await line.inputValue(), "--name 'two words' '$HOME'")
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser a run whose commit is not there says so when it is asked for again, and stays',
  { skip: skipBrowser },
  async (t) => {
    const { url, caller, run } = await project(t)
    const lost = await caller.call(operations.runs.create, {
      ...{ experiment: 'rides', name: 'lost', source: { ...run.source, code: '0'.repeat(40) } },
    })
    const { page, problems } = await lookedAt(t)
    await page.goto(`${url}/runs/${lost.run.id}`)
    await page.getByRole('button', { name: 'Run again …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Run again', exact: true }).click()
    await dialog.getByText(/has no commit 000000000000/).waitFor()
    await inBothLights(page, 'rerun-refused')
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser a run of code that was not committed leads to the patch it kept',
  { skip: skipBrowser },
  async (t) => {
    const { url, caller, dir } = await project(t)
    await writeFile(join(dir, 'code/train.ts'), script.replace('first-try', 'second-try'))
    const home = join(dir, '.tidemill')
    const made = await tidemill(['exec', '--home', home, 'train.ts'], join(dir, 'code'))
    assert.equal(made.code, 0, made.stderr)
    const [run] = (await caller.call(operations.runs.search, { limit: 1 })).runs
    assert.equal(run?.name, 'second-try')
    const { page, problems } = await lookedAt(t)
    await page.goto(`${url}/runs/${run.id}`)
    await page.getByText('Not committed').waitFor()
    await inBothLights(page, 'run-not-committed')
    await page.getByRole('link', { name: 'code/uncommitted.patch' }).click()
    await page.getByText(/diff --git a\/code\/train.ts/).waitFor()
    await inBothLights(page, 'run-patch')
    assert.deepEqual(problems, [])
  },
)
