import { useQueryClient } from '@tanstack/react-query'
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useEffect, useState, type ReactNode } from 'react'
import { operations } from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { useGo } from '../../design/link.tsx'
import { useAct } from '../../app/api.tsx'
import { Logo } from '../../app/logo.tsx'
import { paths } from '../../app/paths.ts'
import { useSearchState } from '../../app/search-state.ts'
import { Tide } from '../../app/tide.tsx'
import './sign-in.css'

/** For everyone who is not on this machine. */
export function SignInPage(): ReactNode {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [search] = useSearchState()
  const go = useGo()
  const queries = useQueryClient()
  const signIn = useAct(operations.session.create, {
    quiet: true,
    onDone: () => {
      // What was read as nobody would send the next page back here.
      queries.clear()
      go(insideOnly(search.to))
    },
  })
  useEffect(() => {
    document.title = 'Sign in · Tidemill'
  }, [])
  return (
    <main className="sign-in">
      <form
        className="card sign-in-card"
        onSubmit={(event) => {
          event.preventDefault()
          signIn.mutate({ name, password })
        }}
      >
        <div className="line">
          <Logo size={38} />
          <h1>Sign in to Tidemill</h1>
        </div>
        <TextInput
          label="Name"
          required
          autoComplete="username"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          required
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {signIn.isError && <ErrorState error={signIn.error} />}
        <Button type="submit" size="md" loading={signIn.isPending}>
          Sign in
        </Button>
        <p className="muted small">
          No account? Whoever runs this server adds one with: tidemill user add NAME
        </p>
      </form>
      <Tide />
    </main>
  )
}

/** Only an address of this interface: `//elsewhere` and `/\elsewhere` would leave it. */
function insideOnly(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])/.test(to) ? to : paths.loop
}
