import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { skipBrowser } from '../support/browser.ts'
import { runningServer } from '../support/home.ts'
import { inputExample, loggedModel, mlmodelWithExample } from '../support/logged-model.ts'
import { inBothLights, lookedAt } from './support/looked-at.ts'

test(
  'in the browser a logged model stands with what it reads, answers and can be told and with its input example, as a version of it does',
  { skip: skipBrowser },
  async (t) => {
    const server = await runningServer(t)
    const example = JSON.stringify(inputExample)
    const model = await loggedModel(server, {
      MLmodel: mlmodelWithExample,
      'input_example.json': example,
    })
    const other = await loggedModel(server, {
      MLmodel: mlmodelWithExample
        .replace('input_example.json', 'odd.json')
        .replace(/outputs: .*/, 'outputs: null'),
      'odd.json': '{"a": NaN}',
    })
    await httpCaller(server).call(operations.loggedModels.register, { model, name: 'risk' })
    const { page, problems } = await lookedAt(t)
    const signature = page.getByRole('region', { name: 'Signature', exact: true })
    for (const [name, path] of [
      ['logged-model', `/logged-models/${model}`],
      ['logged-model-version', '/models/risk/1'],
    ] as const) {
      await page.goto(`${server.url}${path}`)
      await page.getByRole('heading', { name: 'Signature', exact: true }).waitFor()
      await signature.getByText('glucose', { exact: true }).waitFor()
      await signature.getByText('string, may be missing').waitFor()
      await signature.getByText('Answers risk (integer).').waitFor()
      await signature.getByText('number, 0.7').waitFor()
      await page.getByRole('group', { name: 'Input example' }).waitFor()
      await inBothLights(page, name)
    }
    await page.setViewportSize({ width: 420, height: 900 })
    await page.goto(`${server.url}/logged-models/${other}`)
    await page.getByRole('heading', { name: 'Input example' }).scrollIntoViewIfNeeded()
    await signature.getByText('It does not say what it answers.').waitFor()
    await inBothLights(page, 'logged-model-narrow')
    await page.getByRole('link', { name: 'odd.json', exact: true }).press('Enter')
    await page.getByText('{"a": NaN}').first().waitFor()
    assert.deepEqual(problems, [])
  },
)
