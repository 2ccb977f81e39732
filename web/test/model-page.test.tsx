import { fireEvent, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { operations, TidemillError } from '#contract'
import { changedLines } from '../pages/models/changed-lines.ts'
import { renderApp } from './support.tsx'

const { models } = operations

const model = {
  name: 'm',
  description: 'Tells who is ill.',
  requirements: [],
  policies: { champion: { approvals: 2, signed: true } },
  aliases: {},
  tags: {},
  createdAt: 1,
  updatedAt: 1,
}

const request = {
  id: 'r1',
  model: 'm',
  alias: 'champion',
  version: 3,
  state: 'open',
  needed: 2,
  votes: [{ who: 'bob', verdict: 'approve', message: '', at: 1 }],
  evidence: `sha256:${'0'.repeat(64)}`,
  why: 'better',
  askedBy: 'bob',
  askedAt: 1,
}

test('a request that waits stands first, says how many are missing, and is approved with a message', async () => {
  const { sent } = renderApp('/models/m', [
    [models.get, () => ({ model, fromFile: [], versions: [], history: [] })],
    [models.requests, () => ({ requests: [request] })],
    [models.consumers, () => ({ consumers: [] })],
    [models.approve, () => ({ request: { ...request, state: 'done' } })],
  ])
  expect(await screen.findByText('Waits for approvals')).toBeTruthy()
  expect(screen.getByLabelText('1 of 2 persons are for it')).toBeTruthy()
  fireEvent.click(await screen.findByRole('button', { name: 'Approve' }))
  fireEvent.change(await screen.findByLabelText('Message'), { target: { value: 'agreed' } })
  fireEvent.click(screen.getByRole('button', { name: 'Approve and move' }))
  await screen.findByText(/Approved|points at/)
  const post = sent.find((each) => each.method === 'POST')
  expect(post?.path).toBe('/api/models/m/requests/r1/approve')
  expect(post?.body).toEqual({ message: 'agreed' })
})

test('a model without versions, and one that cannot be read, say what to do', async () => {
  renderApp('/models/m', [
    [models.get, () => ({ model, fromFile: [], versions: [], history: [] })],
    [models.requests, () => ({ requests: [] })],
    [models.consumers, () => ({ consumers: [] })],
  ])
  expect(await screen.findByText('tidemill models register m RUN')).toBeTruthy()
  expect(screen.getByText(/No alias points at a version yet/)).toBeTruthy()
})

test('a model that is not there is said in the words of the catalogue', async () => {
  renderApp('/models/x', [
    [
      models.get,
      () => {
        throw new TidemillError('not_found', { kind: 'model', name: 'x' })
      },
    ],
  ])
  expect(await screen.findByText('There is no model x.')).toBeTruthy()
})

test('an edit is told by its lines: what is kept at both ends, what went, what came', () => {
  const marks = (before: string, after: string) =>
    changedLines(before, after).map(({ mark, text }) => mark + text)
  expect(marks('a\nb\nc', 'a\nx\ny\nc')).toEqual([' a', '-b', '+x', '+y', ' c'])
  expect(marks('a\na', 'a')).toEqual([' a', '-a'])
  expect(marks('a', 'a')).toEqual([' a'])
})

test('the versions of a model stand with the tags that people gave them, without those of programs', async () => {
  const tags = { validated: 'yes', 'mlflow.source.type': 'JOB' }
  const version = {
    ...{ model: 'm', version: 1, digest: 'sha256:0', format: 'mlflow', description: '', tags },
    ...{ stage: 'None', size: 1, signature: { inputs: [] }, metrics: {}, params: {}, aliases: [] },
    ...{ card: '', createdAt: 1, updatedAt: 1, createdBy: 'ada' },
  }
  renderApp('/models/m', [
    [models.get, () => ({ model, fromFile: [], versions: [version], history: [] })],
    [models.requests, () => ({ requests: [] })],
    [models.consumers, () => ({ consumers: [] })],
  ])
  await screen.findByText('validated: yes')
  expect(screen.queryByText(/source.type/)).toBeNull()
})

test('the versions of a model stand with metrics that JSON has no number for, and those that were lost as such', async () => {
  const metrics = { loss: 'Infinity', odd: 'NaN', lost: null, f1: 0.5 }
  const version = {
    ...{ model: 'm', version: 1, digest: 'sha256:0', format: 'mlflow', description: '', tags: {} },
    ...{ stage: 'None', size: 1, signature: { inputs: [] }, metrics, params: {}, aliases: [] },
    ...{ card: '', createdAt: 1, updatedAt: 1, createdBy: 'ada' },
  }
  renderApp('/models/m', [
    [models.get, () => ({ model, fromFile: [], versions: [version], history: [] })],
    [models.requests, () => ({ requests: [] })],
    [models.consumers, () => ({ consumers: [] })],
  ])
  const row = await screen.findByRole('row', { name: /version 1/ })
  expect(row.textContent).toContain('∞NaN—0.5')
})

test('the page of a version names the data sets that its run logged', async () => {
  const version = {
    ...{ model: 'm', version: 1, run: 'r1', experiment: 'e', format: 'mlflow', stage: 'None' },
    ...{ digest: `sha256:${'0'.repeat(64)}`, size: 1, signature: { inputs: [] }, card: '' },
    ...{ aliases: [], tags: {}, metrics: {}, params: {}, description: '', createdBy: 'u' },
    ...{ createdAt: 1, updatedAt: 1 },
  }
  const read = { name: 'iris', digest: '8ab7', sourceType: 'local', source: '{}' }
  const nothing = { made: [], read: [], versions: [], children: [], reruns: [], models: [] }
  renderApp('/models/m/1', [
    [models.version, () => ({ version, gates: [] })],
    [
      operations.runs.about,
      () => ({ ...nothing, files: 0, datasets: [{ ...read, context: 'training' }] }),
    ],
  ])
  const row = (await screen.findByText('iris')).closest('li')
  expect(row?.textContent).toBe('iristraining8ab7')
})
