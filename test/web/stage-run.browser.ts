import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { httpCaller, operations } from '#contract'
import { skipBrowser } from '../support/browser.ts'
import { gitIn } from '../support/git.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { tidemill } from '../support/tidemill.ts'
import { inBothLights, lookedAt } from './support/looked-at.ts'

const train = (base: number) => `import { writeFileSync } from 'node:fs'
import { loadParams, startRun } from 'tidemill'
const { rate } = await loadParams()
const score = ${base} + 10 * rate
const run = await startRun({ experiment: 'scores', name: 'rate ' + rate, params: { rate } })
await run.logMetrics({ score })
await run.end()
writeFileSync('score.json', JSON.stringify({ score }))
`

const pipeline = `stages:
  train:
    cmd: tidemill exec train.ts
    deps: [train.ts]
    params: [rate]
    metrics:
    - score.json:
        cache: false
`

/** A pipeline whose stage logs a run, run at two commits that differ in code and a parameter. */
async function twoCommits(t: TestContext) {
  const dir = await temporaryFolder(t)
  const git = gitIn(dir)
  git('init', '-q')
  const begun = await tidemill(['init'], dir)
  assert.equal(begun.code, 0, begun.stderr)
  const server = await runningServer(t, { dir })
  await writeFile(join(dir, '.gitignore'), '/.tidemill\n')
  for (const [base, rate] of [
    [1, 1],
    [5, 3],
  ] as const) {
    await writeFile(join(dir, 'dvc.yaml'), pipeline)
    await writeFile(join(dir, 'train.ts'), train(base))
    await writeFile(join(dir, 'params.yaml'), `rate: ${rate}\n`)
    const repro = async (...args: readonly string[]): Promise<void> => {
      const done = await tidemill(['repro', ...args, '--home', join(dir, '.tidemill')], dir)
      assert.equal(done.code, 0, done.stderr)
    }
    await repro()
    git('add', '-A')
    git('commit', '-qm', `rate ${rate}`)
    // Once more, of a commit that has the metrics.
    await repro('--force')
  }
  const caller = httpCaller({ url: server.url })
  const { runs } = await caller.call(operations.runs.search, {})
  const [newer, , older] = runs
  assert.ok(newer && older)
  return { url: server.url, newer: newer.id, older: older.id }
}

test(
  'in the browser a run of a stage shows what the stage used, and what differs from another leads to re-runs that share the change out',
  { skip: skipBrowser },
  async (t) => {
    const { url, newer, older } = await twoCommits(t)
    const { page, problems } = await lookedAt(t)
    await page.goto(`${url}/runs/${newer}`)
    await page.getByRole('tab', { name: /System/ }).click()
    await page.getByRole('heading', { name: 'The stage train used' }).waitFor()
    const used = page.getByRole('region', { name: 'The stage train used' })
    for (const [name, text] of [
      ['CPU time', /\d (?:ms|s)$/],
      ['Memory at most', /\d MB$/],
      ['Read', /\d [kM]?B$/],
      ['Written', /\d [kM]?B$/],
    ] as const) {
      await used.getByText(name, { exact: true }).waitFor()
      await used.getByText(text).first().waitFor()
    }
    await inBothLights(page, 'run-stage-use')

    await page.goto(`${url}/compare?runs=${older},${newer}&tab=why`)
    await page.getByRole('link', { name: 'share the change out among its causes' }).click()
    await page.getByRole('button', { name: 'What differs?' }).click()
    await page.getByRole('button', { name: 'Share out the change' }).click()
    await page.getByRole('button', { name: 'See the shares' }).waitFor({ timeout: 60_000 })
    await inBothLights(page, 'attribution-of-runs')

    await page.goto(`${url}/compare?runs=${older},${newer}&tab=why`)
    await page.getByRole('link', { name: 'see each cause’s share' }).waitFor()
    await inBothLights(page, 'compare-why-told')
    await page.getByRole('link', { name: 'see each cause’s share' }).click()
    await page.getByText(/score/).first().waitFor()
    await page.waitForURL(/pipeline\/attributions\//)
    await inBothLights(page, 'attribution-told')
    assert.deepEqual(problems, [])
  },
)
