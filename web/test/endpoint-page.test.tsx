import { fireEvent, screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { operations } from '#contract'
import { endpoint } from './fixtures.ts'
import { renderApp } from './support.tsx'

const answer = {
  id: 'p1',
  prediction: '1',
  label: 'diabetic',
  probability: 0.714,
  probabilities: { '0': 0.286, '1': 0.714 },
  reasons: [
    { feature: 'Age', value: 33, contribution: -0.02 },
    { feature: 'Glucose', value: 121.7, contribution: 0.21 },
  ],
  model: 'KNN',
  version: 2,
}

test('the form made from the signature asks, and the answer is in people’s words with its reasons', async () => {
  const { sent } = renderApp('/endpoints/diabetes', [
    [operations.endpoints.get, () => ({ endpoint })],
    [operations.endpoints.predict, () => ({ answers: [answer] })],
  ])
  const glucose = await screen.findByLabelText(/Glucose/)
  expect(screen.getByText('44 … 199 · may be empty')).toBeTruthy()
  expect(glucose.getAttribute('placeholder')).toBe('mean 121.7')
  fireEvent.click(screen.getByRole('button', { name: 'Predict' }))
  expect(await screen.findByText(/2 fields need a value/)).toBeTruthy()
  expect(sent.some((each) => each.method === 'POST')).toBe(false)

  fireEvent.click(screen.getByRole('button', { name: 'Fill in an example' }))
  fireEvent.click(screen.getByRole('button', { name: 'Predict' }))
  expect((await screen.findByTestId('answer')).textContent).toBe('diabetic')
  expect(screen.getByText('71.4% sure')).toBeTruthy()
  const post = sent.find((each) => each.method === 'POST')
  expect(post?.body).toEqual({ rows: [{ Glucose: 121.7, Age: 33, Ward: 'north' }], explain: true })

  const reasons = within(screen.getByRole('list', { name: 'Nearest reasons' })).getAllByRole(
    'listitem',
  )
  expect(reasons.map((each) => each.textContent)).toEqual(['Glucose = 121.7+21', 'Age = 33−2'])
  const link = screen.getByRole('link', { name: /Where this answer comes from/ })
  expect(link.getAttribute('href')).toBe('/lineage?kind=prediction&id=p1')
})

test('an endpoint without a model says what brings one', async () => {
  const { signature: _, ...bare } = endpoint
  renderApp('/endpoints/diabetes', [
    [operations.endpoints.get, () => ({ endpoint: { ...bare, state: 'no_model' } })],
  ])
  expect(await screen.findByText('tidemill models promote KNN 1')).toBeTruthy()
})
