import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { skipBrowser } from '../support/browser.ts'
import { runningServer } from '../support/home.ts'
import type { Loose } from '../support/loose.ts'
import { inBothLights, lookedAt } from './support/looked-at.ts'
import { sendTrace } from './support/send-trace.ts'

const { evaluationDatasets, runs } = operations

/** An application's trace, and a data set that MLflow's client made of it and of what a person wrote. */
async function scene(url: string) {
  const caller = httpCaller({ url })
  const { run } = await caller.call(runs.create, { experiment: 'guide' })
  const trace = await sendTrace(url, run.experimentId, run.id)
  const datasets = async (path: string, body: object): Promise<Loose> => {
    const response = await fetch(`${url}/api/3.0/mlflow/datasets/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert.equal(response.status, 200)
    return (await response.json()) as Loose
  }
  const make = async (name: string, records: readonly object[]): Promise<string> => {
    const tags = JSON.stringify({ lang: 'en' })
    const given = { name, tags, experiment_ids: [run.experimentId], created_by: 'ada' }
    const { dataset } = await datasets('create', given)
    const id = String(dataset.dataset_id)
    await datasets(`${id}/records`, { records: JSON.stringify(records), updated_by: 'ada' })
    return id
  }
  await make('held back', [])
  const id = await make('questions', [
    {
      inputs: { question: 'Which bikes are free?', town: 'Basel' },
      expectations: { answer: 'Those at night.', sources: ['rides.csv', 'bikes.csv'] },
      source: { source_type: 'TRACE', source_data: { trace_id: trace } },
    },
    {
      inputs: { question: 'And at noon?' },
      expectations: { answer: 'None.' },
      tags: { hard: 'yes', 'mlflow.user': 'ada' },
      source: { source_type: 'HUMAN', source_data: {} },
    },
  ])
  return { caller, experiment: run.experimentId, id, trace }
}

test(
  'in the browser an evaluation data set is found in its experiment, walked by keyboard down to a record and the trace it came from, and removed after a word of what goes',
  { skip: skipBrowser },
  async (t) => {
    const { url } = await runningServer(t)
    const { page, problems } = await lookedAt(t)
    await page.goto(`${url}/evaluation-datasets`)
    await page.getByText('No evaluation data sets yet').waitFor()
    await inBothLights(page, 'evaluation-none')
    const { caller, experiment, id, trace } = await scene(url)

    await page.goto(`${url}/#/experiments/${experiment}/datasets`)
    await page.getByRole('link', { name: 'questions' }).waitFor()
    await inBothLights(page, 'evaluation-list')
    await page.getByLabel('Find evaluation data sets').fill('quest')
    await page.getByRole('link', { name: 'held back' }).waitFor({ state: 'detached' })
    await page.getByLabel('Find evaluation data sets').blur()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'questions', exact: true }).waitFor()
    await page.getByText('asks question').waitFor()
    await page.getByText('hard: yes').waitFor()
    await inBothLights(page, 'evaluation-dataset')

    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Record' })
    await dialog.getByText('"Those at night."').waitFor()
    await inBothLights(page, 'evaluation-record')
    await page.reload()
    await dialog.getByText('"Those at night."').waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })

    await page.getByLabel('Find records').fill('NOON')
    await page.getByText('Which bikes are free?').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'And at noon?' }).press('Enter')
    await dialog.getByRole('button', { name: 'Remove the record …' }).press('Enter')
    await page.getByText('“question: And at noon?” goes for good.').waitFor()
    await page.getByRole('button', { name: 'Remove', exact: true }).press('Enter')
    await page.getByText('No record has these words.').waitFor()
    await page.getByLabel('Find records').fill('')
    await page.getByRole('link', { name: 'a trace', exact: true }).press('Enter')
    await page.waitForURL(`${url}/traces/${trace}`)

    await page.setViewportSize({ width: 420, height: 900 })
    await page.goto(`${url}/#/experiments/${experiment}/datasets/${id}`)
    await page.getByRole('link', { name: /Which bikes/ }).waitFor()
    await inBothLights(page, 'evaluation-dataset-narrow')
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'JSON lines' }).press('Enter'),
    ])
    assert.equal(file.suggestedFilename(), 'questions.jsonl')
    await page.getByRole('button', { name: 'Remove …' }).press('Enter')
    await page.getByText('questions goes for good with 1 record').waitFor()
    await inBothLights(page, 'evaluation-remove-narrow')
    await page.getByRole('button', { name: 'Remove', exact: true }).press('Enter')
    await page.getByText('questions is removed').waitFor()
    await page.getByRole('link', { name: 'held back' }).waitFor()
    await inBothLights(page, 'evaluation-list-narrow')
    const { datasets } = await caller.call(evaluationDatasets.search, {})
    assert.deepEqual(
      datasets.map(({ name }) => name),
      ['held back'],
    )
    assert.deepEqual(problems, [])
  },
)
