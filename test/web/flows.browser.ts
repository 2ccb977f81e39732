import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { runDemo } from '#app'
import { httpCaller, operations, type Caller } from '#contract'
import { openBrowser, picture, skipBrowser } from '../support/browser.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'

interface Shown {
  readonly page: Page
  readonly caller: Caller
  /** Opens a page of the interface and waits for its heading. */
  go(path: string): Promise<void>
}

/** The diabetes example after its loop, in a browser. */
async function closedLoop(t: TestContext): Promise<Shown> {
  const demo = await runDemo({ template: 'diabetes', dir: await temporaryFolder(t), port: 0 })
  t.after(() => demo.stop())
  const page = await (await openBrowser(t)).newPage()
  page.setDefaultTimeout(15_000)
  return {
    page,
    caller: httpCaller({ url: demo.url }),
    async go(path) {
      await page.goto(`${demo.url}${path}`)
      await page.locator('h1').first().waitFor()
    },
  }
}

test(
  'in the browser a person asks the endpoint, labels by keyboard, moves an alias back and forth, and sees it on the loop',
  { skip: skipBrowser },
  async (t) => {
    const { page, caller, go } = await closedLoop(t)

    await go('/endpoints/diabetes')
    await page.getByRole('button', { name: 'Fill in an example' }).click()
    await page.getByLabel('Glucose').fill('190')
    await page.getByRole('button', { name: 'Predict' }).click()
    await page
      .getByText(/diabetic|healthy/)
      .first()
      .waitFor()
    await picture(page, 'flow-predict')

    // Twenty unsure answers to decide on.
    const queue = async () => (await caller.call(operations.labels.queues, {})).queues[0]
    const { predictions } = await caller.call(operations.endpoints.predictions, {
      name: 'diabetes',
      limit: 200,
    })
    await caller.call(operations.endpoints.predict, {
      name: 'diabetes',
      rows: predictions.slice(0, 200).map((each) => each.features),
      explain: false,
    })
    const before = await queue()
    assert.ok((before?.waiting ?? 0) >= 3, `${before?.waiting} wait`)
    await go('/labeling/review')
    await page.getByText('What is it?').waitFor()
    await page.keyboard.press('1')
    await page.getByText(/You said healthy/).waitFor()
    await page.keyboard.press('2')
    await page.getByText(/You said diabetic/).waitFor()
    await page.keyboard.press('u')
    await page.getByText(/You said healthy/).waitFor()
    await page.keyboard.press('2')
    await page.getByText(/You said diabetic/).waitFor()
    await picture(page, 'flow-label')
    await page.getByRole('button', { name: /Commit 2 labels/ }).click()
    await page.getByRole('button', { name: 'Make the version' }).click()
    await page.getByText(/2 rows are in version/).waitFor()

    const champion = async () =>
      (await caller.call(operations.models.get, { name: 'KNNforDiabetes' })).model.aliases.champion
    assert.equal(await champion(), 2)
    await go('/models/KNNforDiabetes')
    await page.getByRole('button', { name: 'Roll back' }).first().click()
    await page.getByLabel('Why').fill('to see that it goes')
    await page.getByRole('button', { name: 'Back to version 1' }).click()
    await page.getByText('champion points at version 1 again').waitFor()
    assert.equal(await champion(), 1)
    await go('/models/KNNforDiabetes/2')
    await page.getByRole('button', { name: 'Promote' }).click()
    await page.getByRole('button', { name: 'Check the gate and promote' }).click()
    await page.getByText('champion points at version 2').waitFor()
    assert.equal(await champion(), 2)
    await picture(page, 'flow-promote')

    await go('/')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('KNNforDiabetes')
    await page
      .getByRole('option', { name: /KNNforDiabetes/ })
      .first()
      .waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'KNNforDiabetes' }).waitFor()
  },
)

test(
  'in the browser a person sees what the pipeline would run and the alarm, and follows a prediction to its rows and back',
  { skip: skipBrowser },
  async (t) => {
    const { page, go } = await closedLoop(t)
    await go('/pipeline')
    await page
      .getByText(/stages? (?:are up to date|would run)/)
      .first()
      .waitFor()
    const run = page.getByRole('button', { name: 'Run …' })
    await run.click()
    await page.getByLabel('Run all, changed or not').check()
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.locator('.job-line').waitFor()
    // The pipeline can be run again once the job is done; a failed one would stay in sight.
    await run.waitFor({ timeout: 60_000 })
    assert.equal(await page.locator('.job-line').count(), 0)
    await picture(page, 'flow-pipeline')

    await go('/')
    await page.locator('#main a[href^="/monitors/"]').first().click()
    await page.getByRole('tab', { name: /Alarms/ }).click()
    await page.getByRole('tabpanel').locator('.pill').first().waitFor()
    await picture(page, 'flow-alarm')

    await go('/endpoints/diabetes')
    await page.getByRole('tab', { name: /Predictions/ }).click()
    await page.locator('a[href^="/lineage?kind=prediction"]').first().click()
    await page.getByRole('heading', { level: 1, name: /prediction/i }).waitFor()
    const list = page.locator('.rule-list')
    await list.getByText('dataset', { exact: true }).first().waitFor()
    await list.getByText('model', { exact: true }).first().waitFor()
    await picture(page, 'flow-lineage')
    await page.locator('.rule-list a[href^="/datasets/"]').first().click()
    await page.getByRole('tab', { name: /Rows/ }).click()
    await page.getByRole('link', { name: '0', exact: true }).click()
    await page.locator('.rule-list').getByText('row', { exact: true }).first().waitFor()
    await page.locator('a[href^="/models/"]').first().click()
    await page.getByRole('heading', { level: 1, name: /Version/ }).waitFor()
  },
)

test(
  'a person makes a token for a program, which works until it is revoked',
  { skip: skipBrowser },
  async (t) => {
    const server = await runningServer(t, { host: '0.0.0.0' })
    await server.app.auth.users.create({
      name: 'ada',
      kind: 'person',
      password: 'correct horse battery',
      role: 'editor',
    })
    const url = `http://127.0.0.1:${server.port}`
    const page = await (await openBrowser(t)).newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(`${url}/settings`)
    // The page behind has a field for a name too.
    await page.getByRole('heading', { name: 'Sign in to Tidemill' }).waitFor()
    await page.getByLabel('Name').fill('ada')
    await page.locator('input[type=password]').fill('correct horse battery')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    await page.getByLabel('Name').fill('trainer')
    await page.getByRole('button', { name: /Make/ }).click()
    const text = (await page.locator('code', { hasText: /^tdm_/ }).first().textContent()) ?? ''
    const status = async () =>
      (await fetch(`${url}/api/runs`, { headers: { authorization: `Bearer ${text}` } })).status
    assert.equal(await status(), 200)
    await picture(page, 'flow-token')
    await page.getByRole('button', { name: 'Revoke' }).first().click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('revoked', { exact: true }).waitFor()
    assert.equal(await status(), 401)
  },
)

test(
  'a file comes in by the browser, and the page of another window shows it without being asked',
  { skip: skipBrowser },
  async (t) => {
    const server = await runningServer(t)
    const browser = await openBrowser(t)
    const [one, other] = [await browser.newPage(), await browser.newPage()]
    const file = join(await temporaryFolder(t), 'points.csv')
    await writeFile(file, 'x,over\n1,0\n7,1\n3,0\n9,1\n')
    await other.goto(`${server.url}/datasets`)
    await other.locator('h1').first().waitFor()
    await one.goto(`${server.url}/datasets`)
    await one
      .getByRole('button', { name: /Import/ })
      .first()
      .click()
    await one.locator('input[type=file]').setInputFiles(file)
    await one
      .getByRole('dialog')
      .getByRole('button', { name: /Import/ })
      .click()
    await one.getByText(/Version 1 of points: 4 rows/).waitFor({ timeout: 15_000 })
    await other.getByRole('link', { name: 'points', exact: true }).waitFor({ timeout: 15_000 })
    await picture(other, 'flow-import')
  },
)

test(
  'a server that others can reach asks for a name and a password, and lets in who has them',
  { skip: skipBrowser },
  async (t) => {
    const server = await runningServer(t, { host: '0.0.0.0' })
    await server.app.auth.users.create({
      name: 'ada',
      kind: 'person',
      password: 'correct horse battery',
      role: 'viewer',
    })
    const page = await (await openBrowser(t)).newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(`http://127.0.0.1:${server.port}/models`)
    await page.getByLabel('Name').fill('ada')
    await page.locator('input[type=password]').fill('wrong password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').first().waitFor()
    await page.locator('input[type=password]').fill('correct horse battery')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Models' }).waitFor()
    assert.equal(new URL(page.url()).pathname, '/models')
    await picture(page, 'flow-signed-in')
    await page.getByRole('button', { name: /ada/ }).click()
    await page.getByRole('menuitem', { name: /Sign out/ }).click()
    await page.getByRole('heading', { name: 'Sign in to Tidemill' }).waitFor()
    await page.goto(`http://127.0.0.1:${server.port}/models`)
    await page.getByRole('heading', { name: 'Sign in to Tidemill' }).waitFor()
  },
)
