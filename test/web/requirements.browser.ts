import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { skipBrowser } from '../support/browser.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { registeredModel } from '../support/registered-models.ts'
import { inBothLights, lookedAt } from './support/looked-at.ts'

const { loop, models } = operations

test(
  'in the browser a person asks more of a model, changes it and asks it no longer; what tidemill.yaml declares is shown as such and left to it',
  { skip: skipBrowser },
  async (t) => {
    const dir = await temporaryFolder(t)
    await writeFile(join(dir, 'd.csv'), 'a,b\n1,2\n')
    const { url } = await runningServer(t, { dir })
    const caller = httpCaller({ url })
    await registeredModel(caller, { model: 'risk', metrics: { f1: 0.71, accuracy: 0.8 } })
    const { page, problems } = await lookedAt(t)
    const asked = async () => (await caller.call(models.get, { name: 'risk' })).model.requirements
    await page.goto(`${url}/models/risk?tab=gate`)
    await page.getByText('Ask something here, or declare it in tidemill.yaml').waitFor()

    const risk = {
      ...{ dataset: 'd', experiment: 'risk', select: { metric: 'f1', goal: 'max' } },
      requirements: [{ kind: 'schema' }],
    }
    const datasets = { d: { source: 'd.csv' } }
    const text = JSON.stringify({ datasets, models: { risk } })
    await caller.call(loop.apply, { text })
    await page.getByText('What tidemill.yaml declares is changed there').waitFor()
    assert.equal(await page.getByRole('button', { name: /^(?:Change: reads|Ask no)/ }).count(), 0)

    await page.getByRole('button', { name: 'Ask more' }).press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Metric').fill('f1')
    await dialog.getByRole('button', { name: 'Keep' }).press('Enter')
    await dialog.getByText('Say the least or the most of f1').waitFor()
    await dialog.getByLabel('At least').fill('0.6')
    await inBothLights(page, 'requirement-new')
    await dialog.getByRole('button', { name: 'Keep' }).press('Enter')
    await page.getByText('f1 is at least 0.6').waitFor()

    await page.getByRole('button', { name: 'Ask more' }).click()
    await dialog.getByLabel('What it asks').selectOption('A column moves the risk one way')
    await dialog.getByRole('textbox', { name: 'Column' }).fill('a')
    await dialog.getByLabel('Raised by').fill('2')
    await dialog.getByLabel('What never happens').selectOption('never raises')
    await dialog.getByRole('button', { name: 'Keep' }).click()
    await page.getByText('a plus 2 never raises the risk on average').waitFor()
    await dialog.waitFor({ state: 'detached' })
    await inBothLights(page, 'requirements')

    await page.getByRole('button', { name: 'Change: f1 is at least 0.6' }).click()
    assert.equal(await dialog.getByLabel('At least').inputValue(), '0.6')
    await dialog.getByLabel('At least').fill('0.7')
    await dialog.getByLabel('At most').fill('1')
    await dialog.getByRole('button', { name: 'Keep' }).click()
    await page.getByText('f1 is at least 0.7 and at most 1').waitFor()
    await page.setViewportSize({ width: 420, height: 900 })
    await page.getByRole('button', { name: /^Ask no longer: a plus 2/ }).press('Enter')
    await dialog.getByText('also where not: a plus 2 never raises').waitFor()
    await inBothLights(page, 'requirement-remove-narrow')
    await dialog.getByRole('button', { name: 'Remove' }).press('Enter')
    await page.getByText('It is asked no longer').waitFor()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'What the gate asks' }).scrollIntoViewIfNeeded()
    await inBothLights(page, 'requirements-narrow')
    assert.deepEqual(await asked(), [
      { kind: 'schema' },
      { kind: 'metric', metric: 'f1', min: 0.7, max: 1 },
    ])
    assert.deepEqual(problems, [])
  },
)
