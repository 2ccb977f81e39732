import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { mlflowServer } from './support/mlflow-server.ts'

const isPrompt = { key: 'mlflow.prompt.is_prompt', value: 'true' }

test('the message of a prompt’s first version stands at the version and is no description of the prompt', async (t) => {
  const { url, ask } = await mlflowServer(t)
  // As MLflow's client registers a prompt: the message is written at both.
  const written = async (name: string, description: string, message: string) => {
    await ask('POST', 'registered-models/create', { name, description, tags: [isPrompt] })
    for (const each of [message, 'shorter']) {
      const tags = [isPrompt, { key: 'mlflow.prompt.text', value: `Greet, ${each}.` }]
      const version = { name, source: 'dummy-source', description: each, tags }
      await ask('POST', 'model-versions/create', version)
    }
  }
  await written('copied', 'greets', 'greets')
  await written('described', 'For the front desk.', 'greets')
  const { list, get } = operations.prompts
  const caller = httpCaller({ url })
  const { prompts } = await caller.call(list, {})
  assert.deepEqual(
    prompts.map(({ name, description }) => [name, description]),
    [
      ['copied', ''],
      ['described', 'For the front desk.'],
    ],
  )
  const copied = await caller.call(get, { name: 'copied' })
  assert.equal(copied.prompt.description, '')
  assert.deepEqual(
    copied.versions.map(({ message }) => message),
    ['shorter', 'greets'],
  )
  const described = await caller.call(get, { name: 'described' })
  assert.equal(described.prompt.description, 'For the front desk.')
})
