import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { authMigrations, openAuth, type Auth, type AuthOptions, type Identity } from '#auth'
import { TidemillError } from '#contract'
import { manualClock, openSqlite, type ManualClock, type Metadata } from '#store'

export interface TestAuth {
  readonly auth: Auth
  readonly clock: ManualClock
  readonly metadata: Metadata
  /** Identities on the same database, as another process would have them. */
  again(options?: Partial<AuthOptions>): Auth
  byToken(token: string): Promise<Identity>
  bySession(
    cookies: Readonly<Record<string, string>>,
    method?: string,
    csrf?: string,
  ): Promise<Identity>
}

/** Identities on a new database, gone after the test. */
export async function openTestAuth(
  t: TestContext,
  options: Partial<AuthOptions> = {},
): Promise<TestAuth> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-auth-'))
  const metadata = await openSqlite({ file: join(folder, 'identity.db') })
  t.after(async () => {
    await metadata.close()
    await rm(folder, { recursive: true, force: true })
  })
  await metadata.migrate(authMigrations)
  const clock = manualClock()
  const again = (more: Partial<AuthOptions> = {}): Auth =>
    openAuth({ metadata, clock, loopback: false, secureCookies: false, ...options, ...more })
  const auth = again()
  return {
    auth,
    clock,
    metadata,
    again,
    byToken: (token) =>
      auth.identify({
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        cookies: {},
        local: false,
      }),
    bySession: (cookies, method = 'GET', csrf) =>
      auth.identify({
        method,
        headers: csrf === undefined ? {} : { 'x-csrf-token': csrf },
        cookies,
        local: false,
      }),
  }
}

/** What a browser sends back of `Set-Cookie` lines. */
export function cookiesOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [pair = ''] = line.split(';', 1)
      const at = pair.indexOf('=')
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}

export function withCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof TidemillError && error.code === code
}
