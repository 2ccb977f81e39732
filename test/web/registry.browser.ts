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
import { inBothLights, lookedAt } from './support/looked-at.ts'

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
    await page.getByRole('textbox', { name: 'Approvals' }).fill('2')
    await page.getByRole('button', { name: 'Keep' }).click()
    await page.getByText('What champion asks is changed').waitFor()
    await page.getByText('2 approvals').first().waitFor()
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

test(
  'in the browser a folder with an MLmodel is registered, and models and versions are described, tagged, renamed and removed after a word of what goes',
  { skip: skipBrowser },
  async (t) => {
    const { url } = await runningServer(t)
    const caller = httpCaller({ url })
    await registeredModel(caller, { model: 'rsik', metrics: { f1: 0.71 } })
    await registeredModel(caller, { model: 'rsik', inputs: ['a'], metrics: { f1: 0.78 } })
    await caller.call(models.alias, { name: 'rsik', alias: 'champion', version: 2, why: 'first' })
    await caller.call(models.setConsumer, {
      name: 'rsik',
      consumer: 'clinic app',
      contract: { outputs: [{ name: 'label', type: 'string' }] },
    })
    await registeredModel(caller, { model: 'served' })
    await caller.call(models.alias, { name: 'served', alias: 'champion', version: 1 })
    await caller.call(operations.endpoints.put, { name: 'front', model: 'served' })
    const { run } = await caller.call(operations.runs.create, { experiment: 'forests' })
    for (const [path, text] of [
      ['forest/MLmodel', 'flavors:\n  sklearn:\n    pickled_model: model.pkl\n'],
      ['forest/model.pkl', 'bytes'],
    ] as const) {
      await caller.call(operations.runs.putArtifact, { run: run.id, path }, Buffer.from(text))
    }
    const { page, problems } = await lookedAt(t)
    const dialog = page.getByRole('dialog')
    const open = async (path: string, heading: string): Promise<void> => {
      await page.goto(`${url}${path}`)
      await page.getByRole('heading', { name: heading, exact: true }).waitFor()
    }
    const menu = async (item: string): Promise<void> => {
      await page.getByRole('button', { name: 'More actions' }).click()
      await page.getByRole('menuitem', { name: item }).click()
    }
    const describe = async (text: string): Promise<void> => {
      await page.getByRole('button', { name: 'Write one' }).click()
      await page.getByLabel('Description in Markdown').fill(text)
      await page.getByRole('button', { name: 'Keep' }).click()
      await page.getByText('The description is kept').waitFor()
    }
    const tag = async (name: string, value: string): Promise<void> => {
      await page.getByRole('button', { name: 'Add', exact: true }).click()
      await page.getByRole('textbox', { name: 'Name' }).fill(name)
      await page.getByRole('textbox', { name: 'Value' }).fill(value)
      await page.getByRole('button', { name: 'Keep' }).click()
      await page.getByText(`${name}: ${value}`).waitFor()
    }

    await page.goto(`${url}/runs/${run.id}`)
    await page.getByRole('button', { name: 'Register as model' }).click()
    await dialog.getByRole('textbox', { name: 'Model' }).fill('forest')
    await dialog.getByRole('button', { name: 'Register', exact: true }).click()
    await page.getByRole('heading', { name: 'Version 1' }).waitFor()
    await page.getByText('Loaded by MLflow').waitFor()
    const { version } = await caller.call(models.version, { name: 'forest', version: 1 })
    assert.equal(version.uri, `runs:/${run.id}/forest`)

    await open('/models/rsik', 'rsik')
    await describe('Who **comes back** within a year.')
    await tag('team', 'clinic')
    await tag('wrong', 'yes')
    await page.getByRole('button', { name: 'Take off wrong' }).click()
    await page.getByText('wrong: yes').waitFor({ state: 'detached' })
    await inBothLights(page, 'tend-model')
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Rename …' }).waitFor()
    await inBothLights(page, 'tend-menu')
    await page.getByRole('menuitem', { name: 'Rename …' }).click()
    await dialog.getByLabel('Name').fill('served')
    await dialog.getByRole('button', { name: 'Rename' }).click()
    await dialog.getByText(/served.*exists already|exists already/).waitFor()
    await dialog.getByLabel('Name').fill('risk')
    await inBothLights(page, 'tend-rename')
    await dialog.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('heading', { name: 'risk', exact: true }).waitFor()

    await open('/models/risk/2', 'Version 2')
    await describe('With the rows of May.')
    await tag('reviewed by', 'ada')
    await inBothLights(page, 'tend-version')
    await menu('Remove …')
    await dialog.getByText('The alias champion names nothing then').waitFor()
    await inBothLights(page, 'tend-remove-version')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    assert.equal((await caller.call(models.get, { name: 'risk' })).versions.length, 2)

    await open('/models/risk', 'risk')
    await page.getByRole('button', { name: 'Take champion away' }).click()
    await dialog.getByLabel('Why').fill('it is slow at noon')
    await inBothLights(page, 'tend-unalias')
    await dialog.getByRole('button', { name: 'Take it away' }).click()
    await page.getByText('No alias points at a version yet').waitFor()
    await open('/models/risk/2', 'Version 2')
    await menu('Remove …')
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByRole('heading', { name: 'risk', exact: true }).waitFor()
    const left = await caller.call(models.get, { name: 'risk' })
    assert.deepEqual(
      left.versions.map((each) => each.version),
      [1],
    )

    await menu('Remove …')
    await dialog.getByText('clinic app has said that it relies on the model.').waitFor()
    await inBothLights(page, 'tend-remove-model')
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByRole('heading', { name: 'Models', exact: true }).waitFor()
    const { models: all } = await caller.call(models.list, {})
    assert.deepEqual(
      all.map((each) => each.name),
      ['forest', 'served'],
    )

    await open('/models/served', 'served')
    await menu('Remove …')
    await dialog.getByText('The endpoint front serves served').waitFor()
    assert.ok(await dialog.getByRole('button', { name: 'Remove', exact: true }).isDisabled())
    await inBothLights(page, 'tend-refused')
    assert.deepEqual(problems, [])
  },
)
