import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { skipBrowser } from '../support/browser.ts'
import { runningServer } from '../support/home.ts'
import { inBothLights, lookedAt } from './support/looked-at.ts'

test(
  'in the browser a person writes a prompt, a second version of it, and lets an alias name a version; MLflow’s clients read the same',
  { skip: skipBrowser },
  async (t) => {
    const { url } = await runningServer(t)
    const caller = httpCaller({ url })
    const { page, problems } = await lookedAt(t)
    await page.goto(`${url}/prompts`)
    await page.getByText('No prompts yet').waitFor()
    await page.getByRole('button', { name: 'New prompt' }).click()
    await page.getByLabel('Name').fill('guide/1')
    await page
      .getByRole('textbox', { name: 'Text', exact: true })
      .fill('You are a guide.\nGreet {{name}}.')
    await page.getByText('There is something else in the name.').waitFor()
    assert.ok(await page.getByRole('button', { name: 'Make the prompt' }).isDisabled())
    await page.getByLabel('Name').fill('guide')
    await inBothLights(page, 'prompt-new')
    await page.getByRole('button', { name: 'Make the prompt' }).click()
    await page.getByRole('heading', { name: 'guide', exact: true }).waitFor()

    await page.getByRole('button', { name: 'New version' }).click()
    const text = page.getByRole('textbox', { name: 'Text', exact: true })
    assert.equal(await text.inputValue(), 'You are a guide.\nGreet {{name}}.')
    await text.fill('You are a guide.\nGreet {{name}} from {{place}}.')
    await page.getByLabel('What was changed').fill('says where')
    await inBothLights(page, 'prompt-version')
    await page.getByRole('button', { name: 'Keep the version' }).click()
    // What the new version differs in from the one before stands there.
    await page.getByRole('region', { name: 'Differences' }).getByText('{{place}}').waitFor()
    await page.getByRole('button', { name: 'Alias …' }).click()
    await page.getByRole('combobox', { name: 'Alias' }).fill('v2')
    assert.ok(await page.getByRole('button', { name: 'Set the alias' }).isDisabled())
    await page.getByRole('combobox', { name: 'Alias' }).fill('production')
    await inBothLights(page, 'prompt-alias')
    await page.getByRole('button', { name: 'Set the alias' }).click()
    await page.getByRole('button', { name: /^Version 2 production says where/ }).waitFor()
    await inBothLights(page, 'prompt-written')

    const { versions } = await caller.call(operations.prompts.get, { name: 'guide' })
    assert.deepEqual(
      versions.map(({ version, kind, message, aliases }) => [version, kind, message, aliases]),
      [
        [2, 'text', 'says where', ['production']],
        [1, 'text', '', []],
      ],
    )
    const answer = await fetch(
      `${url}/api/2.0/mlflow/registered-models/alias?name=guide&alias=production`,
    )
    const { model_version: found } = (await answer.json()) as {
      model_version: { version: string; tags: readonly { key: string; value: string }[] }
    }
    assert.equal(found.version, '2')
    assert.deepEqual(Object.fromEntries(found.tags.map(({ key, value }) => [key, value])), {
      'mlflow.prompt.is_prompt': 'true',
      'mlflow.prompt.text': 'You are a guide.\nGreet {{name}} from {{place}}.',
      _mlflow_prompt_type: 'text',
    })

    await page.getByRole('button', { name: 'Alias …' }).click()
    await page.getByRole('combobox', { name: 'Alias' }).click()
    await page.getByRole('option', { name: 'production' }).click()
    await page.getByRole('button', { name: 'Take it away' }).click()
    await page.getByText('The alias production is taken away').waitFor()
    const { prompt } = await caller.call(operations.prompts.get, { name: 'guide' })
    assert.deepEqual(prompt.aliases, {})
    assert.deepEqual(problems, [])
  },
)
