import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { makeSigningKey, readSigningKey, signStatement } from '#app'
import { httpCaller, operations } from '#contract'
import { openBrowser, picture, skipBrowser } from '../support/browser.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { registeredModel } from '../support/registered-models.ts'

const { models } = operations
const password = 'correct horse battery'

async function axe(page: Page, source: string): Promise<void> {
  const violations = (await page.evaluate(
    `${source}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'] }).then((found) => found.violations.map((each) => each.id + ': ' + each.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')))`,
  )) as string[]
  assert.deepEqual(violations, [], page.url())
}

test(
  'in the browser a version is registered and gated, asked for, approved by a second person, compared, and rolled back',
  { skip: skipBrowser },
  async (t) => {
    const server = await runningServer(t)
    const caller = httpCaller({ url: server.url })
    await server.app.auth.users.create({ name: 'ada', kind: 'person', password, role: 'manager' })
    const metrics = (f1: number) => ({ metrics: { f1, accuracy: f1 + 0.1 } })
    await registeredModel(caller, { model: 'risk', params: { k: '5' }, ...metrics(0.71) })
    await registeredModel(caller, {
      model: 'risk',
      inputs: ['a', 'c'],
      params: { k: '9' },
      ...metrics(0.78),
    })
    const { run } = await registeredModel(caller, { model: 'other', ...metrics(0.8) })
    await caller.call(models.requirements, {
      name: 'risk',
      requirements: [{ kind: 'metric', metric: 'f1', min: 0.7 }],
    })
    await caller.call(models.setConsumer, {
      name: 'risk',
      consumer: 'clinic app',
      contract: {
        description: 'Shows the risk beside the patient’s name.',
        outputs: [
          { name: 'label', type: 'string', labels: ['no', 'yes'] },
          { name: 'probability', type: 'number', min: 0, max: 1 },
        ],
      },
    })
    const folder = await temporaryFolder(t)
    const key = await makeSigningKey(folder, 'release')
    await caller.call(models.trustKey, { name: 'release', publicKey: key.publicKey })
    const { statement } = await caller.call(models.statement, { name: 'risk', version: 2 })
    const envelope = signStatement(statement, await readSigningKey(folder, 'release'), 'release')
    await caller.call(models.sign, { name: 'risk', version: 2, envelope })
    await caller.call(models.alias, { name: 'risk', alias: 'champion', version: 1, why: 'first' })

    const source = await readFile(
      createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
      'utf8',
    )
    const browser = await openBrowser(t)
    const viewport = { width: 1280, height: 900 }
    const open = async (colorScheme: 'light' | 'dark'): Promise<Page> => {
      const page = await (
        await browser.newContext({ colorScheme, viewport, bypassCSP: true })
      ).newPage()
      page.setDefaultTimeout(15_000)
      page.on('pageerror', (error) => assert.fail(`${page.url()}: ${error.message}`))
      return page
    }
    const page = await open('light')
    const go = async (path: string): Promise<void> => {
      await page.goto(`${server.url}${path}`)
      await page.locator('h1').first().waitFor()
    }

    // Register from the page of a run.
    await go(`/runs/${run}`)
    await page.getByRole('button', { name: 'Register as model' }).click()
    await page.getByRole('textbox', { name: 'Model' }).fill('risk')
    await page.getByRole('button', { name: 'Register', exact: true }).click()
    await page.getByRole('heading', { name: 'Version 3' }).waitFor()
    await page.getByRole('button', { name: 'Check now' }).click()
    await page.getByText('clinic app keeps all it relies on').first().waitFor()
    await page.getByText('as registered').waitFor()
    await axe(page, source)
    await picture(page, 'registry-version-light')

    // The policy, then a request that waits.
    await go('/models/risk?tab=gate')
    await page.getByRole('button', { name: 'Change what champion asks' }).click()
    await page.getByRole('textbox', { name: 'Persons for it' }).fill('2')
    await page.getByRole('button', { name: 'Keep' }).click()
    await page.getByText('What champion asks is changed').waitFor()
    await page.getByText('2 persons for it').first().waitFor()
    await axe(page, source)
    await picture(page, 'registry-gate-light')
    await go('/models/risk/2')
    await page.getByText('signed', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Promote' }).click()
    await page.getByText('2 different persons are for it').waitFor()
    await page.getByLabel('Why').fill('better F1 on the same rows')
    await picture(page, 'registry-promote-light')
    await page.getByRole('button', { name: 'Check the gate and ask' }).click()
    await page.getByText('Asked; it waits for 1 more person').waitFor()
    await go('/models/risk')
    await page.getByText('You are for it; another person has to be, too.').waitFor()
    await axe(page, source)
    await picture(page, 'registry-waits-light')
    assert.equal((await caller.call(models.get, { name: 'risk' })).model.aliases.champion, 1)

    // The second person, in the dark.
    const second = await open('dark')
    await second.goto(`${server.url}/sign-in?to=/models/risk`)
    await second.getByLabel('Name').fill('ada')
    await second.locator('input[type=password]').fill(password)
    await second.getByRole('button', { name: 'Sign in' }).click()
    await second.getByRole('heading', { name: 'Waits for approvals' }).waitFor()
    await axe(second, source)
    await picture(second, 'registry-waits-dark')
    await second.getByRole('button', { name: 'Approve' }).click()
    await second.getByLabel('Message').fill('looked at the errors, agreed')
    await second.getByRole('button', { name: 'Approve and move' }).click()
    await second.getByText('champion points at version 2').waitFor()
    assert.equal((await caller.call(models.get, { name: 'risk' })).model.aliases.champion, 2)

    // The first window has seen it without being asked; back it goes.
    await page.getByText('by ada: better F1 on the same rows').waitFor()
    await page.getByRole('button', { name: 'Roll back' }).first().click()
    await page.getByLabel('Why').fill('it is slow at noon')
    await page.getByRole('button', { name: 'Back to version 1' }).click()
    await page.getByText('champion points at version 1 again').waitFor()
    await page.getByRole('tab', { name: /History/ }).click()
    await page.getByText('it is slow at noon').first().waitFor()
    await axe(page, source)
    await picture(page, 'registry-history-light')

    // By keyboard to what differs.
    await page.getByRole('tab', { name: /Versions/ }).click()
    await page.getByLabel('Select 1').check()
    await page.getByLabel('Select 2').check()
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    await page.getByRole('heading', { name: 'Metrics' }).waitFor()
    await axe(page, source)
    await picture(page, 'registry-compare-light')
    for (const tab of ['approvals', 'consumers', 'compare', 'gate', 'versions']) {
      await second.goto(`${server.url}/models/risk?tab=${tab}`)
      await second.getByRole('tab', { selected: true }).waitFor()
      await second.waitForTimeout(400)
      await axe(second, source)
      await picture(second, `registry-${tab}-dark`)
    }
    await second.goto(`${server.url}/models/risk/2`)
    await second.getByRole('button', { name: 'Edit' }).click()
    await second.getByLabel('Markdown of the card').fill('# Risk\n\nFor the clinic alone.\n')
    await second.getByRole('button', { name: 'Keep' }).click()
    await second.getByText('The card is kept').waitFor()
    await second.getByRole('button', { name: 'History' }).click()
    await second.getByText('For the clinic alone.').nth(1).waitFor()
    await picture(second, 'registry-card-dark')
    await second.keyboard.press('Escape')
    await second.waitForTimeout(300)
    await axe(second, source)
    await picture(second, 'registry-version-dark')
  },
)
