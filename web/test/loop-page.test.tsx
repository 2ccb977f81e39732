import { fireEvent, screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { operations, TidemillError } from '#contract'
import { loop } from './fixtures.ts'
import { renderApp } from './support.tsx'

test('the loop shows nine stations, each a link with its state in words', async () => {
  renderApp('/', [[operations.loop.get, () => ({ loops: [loop] })]])
  const monitor = await screen.findByRole('link', { name: /4 of 9 drifted/ })
  expect(monitor.getAttribute('href')).toBe('/at/monitor')
  expect(within(monitor).getByText('broken')).toBeTruthy()
  for (const part of loop.parts) expect(screen.getByText(part.headline)).toBeTruthy()
})

test('a new home shows the first steps with commands to copy', async () => {
  renderApp('/', [[operations.loop.get, () => ({ loops: [] })]])
  expect(await screen.findByText('tidemill demo')).toBeTruthy()
  expect(screen.getAllByRole('button', { name: 'Copy command' }).length).toBeGreaterThan(2)
})

test('a read that fails shows the message, the hint and a way to try again', async () => {
  let calls = 0
  renderApp('/', [
    [
      operations.loop.get,
      () => {
        calls += 1
        if (calls > 1) return { loops: [] }
        throw new TidemillError('not_found', { kind: 'home', name: 'here' })
      },
    ],
  ])
  expect(await screen.findByText('There is no home here.')).toBeTruthy()
  expect(screen.getByText(/check the spelling/)).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('tidemill demo')).toBeTruthy()
})

test('g and a letter go to a page, ? shows the keyboard map', async () => {
  const { router } = renderApp('/', [
    [operations.loop.get, () => ({ loops: [] })],
    [operations.datasets.list, () => ({ datasets: [] })],
  ])
  await screen.findByText('tidemill demo')
  fireEvent.keyDown(document.body, { key: '?' })
  expect(await screen.findByRole('dialog', { name: 'Keyboard map' })).toBeTruthy()
  fireEvent.keyDown(document.body, { key: 'g' })
  fireEvent.keyDown(document.body, { key: 'd' })
  expect(await screen.findByText('The lake is empty')).toBeTruthy()
  expect(router.state.location.pathname).toBe('/datasets')
})

test('Ctrl-K finds pages and objects, and Enter opens the chosen one', async () => {
  const { router } = renderApp('/', [
    [operations.loop.get, () => ({ loops: [] })],
    [operations.models.list, () => ({ models: [] })],
    [
      operations.find.all,
      () => ({ found: [{ kind: 'model', name: 'modern', href: '/models/modern' }] }),
    ],
  ])
  await screen.findByText('tidemill demo')
  fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true })
  const box = await screen.findByRole('combobox')
  fireEvent.change(box, { target: { value: 'mod' } })
  expect(await screen.findByRole('option', { name: /modern/ })).toBeTruthy()
  fireEvent.keyDown(box, { key: 'ArrowDown' })
  fireEvent.keyDown(box, { key: 'Enter' })
  await screen.findByRole('heading', { name: 'modern' })
  expect(router.state.location.pathname).toBe('/models/modern')
})
