import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { operations } from '#contract'
import { renderApp } from './support.tsx'

const traceOf = (id: string, metadata: Readonly<Record<string, string>>) => ({
  ...{ id, name: id, experiment: 'chat-bot', experimentId: '7', state: 'ok' },
  ...{ startedAt: 1, tags: {}, metadata, assessments: [] },
})

test('the user and the session of traces are columns where any has them, and a click leaves those of one alone', async () => {
  const own = { 'mlflow.trace.user': "o'hara", 'mlflow.trace.session': 's-1' }
  const traces = [traceOf('tr-1', own), traceOf('tr-2', {})]
  const { sent } = renderApp('/traces', [[operations.traces.search, () => ({ traces })]])
  fireEvent.click(await screen.findByRole('button', { name: "o'hara" }))
  expect(screen.getByRole('columnheader', { name: 'Session' })).toBeTruthy()
  const filter = "metadata.`mlflow.trace.user` = 'o''hara'"
  expect(screen.getByLabelText<HTMLInputElement>('Find traces').value).toBe(filter)
  await waitFor(() => expect(sent.at(-1)?.search.get('filter')).toBe(filter))
})

test('a list of traces of nobody has no columns of users and sessions', async () => {
  renderApp('/traces', [
    [operations.traces.search, () => ({ traces: [traceOf('tr-1', { 'mlflow.trace.user': '' })] })],
  ])
  await screen.findByRole('link', { name: 'tr-1' })
  expect(screen.queryByRole('columnheader', { name: /User|Session/ })).toBeNull()
})
