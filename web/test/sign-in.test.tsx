import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { operations, TidemillError } from '#contract'
import { session } from './fixtures.ts'
import { renderApp } from './support.tsx'

const answers = [
  [operations.session.create, () => ({ user: 'ana' })],
  [operations.loop.get, () => ({ loops: [] })],
  session,
] as const

async function signIn() {
  fireEvent.change(await screen.findByLabelText(/Name/), { target: { value: 'ana' } })
  fireEvent.change(screen.getByLabelText(/^Password/), { target: { value: 'secret-secret' } })
  fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
}

test('signing in leads back to the page that asked for it', async () => {
  const { router } = renderApp('/sign-in?to=%2Fmodels', [
    ...answers,
    [operations.models.list, () => ({ models: [] })],
  ])
  await signIn()
  await waitFor(() => expect(router.state.location.pathname).toBe('/models'))
})

test.each(['//evil.test/x', '/\\evil.test', 'https://evil.test'])(
  'an address elsewhere (%s) is not followed after signing in',
  async (to) => {
    const { router } = renderApp(`/sign-in?to=${encodeURIComponent(to)}`, answers)
    await signIn()
    await waitFor(() => expect(router.state.location.pathname).toBe('/'))
  },
)

test('a refusal is told in the words of the catalogue', async () => {
  renderApp('/sign-in', [
    [
      operations.session.create,
      () => {
        throw new TidemillError('too_many_attempts', { seconds: 30 })
      },
    ],
  ])
  await signIn()
  expect(await screen.findByText('Too many failed sign-ins; wait 30 s.')).toBeTruthy()
})

test('a page asked for without an identity leads to signing in', async () => {
  const { router } = renderApp('/models', [
    [
      operations.session.get,
      () => ({
        signedIn: false,
        permissions: [],
        version: '0.1.0',
        project: 'default',
        projects: [],
      }),
    ],
  ])
  await waitFor(() => expect(router.state.location.href).toBe('/sign-in?to=%2Fmodels'))
})
