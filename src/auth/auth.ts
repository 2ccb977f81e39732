import { timingSafeEqual } from 'node:crypto'
import { TidemillError, type Permission } from '#contract'
import type { Clock, Metadata } from '#store'
import { openAudit, type Audit } from './audit.ts'
import { localIdentity, nobody, type Identity } from './identity.ts'
import { loginLimit } from './login-limit.ts'
import { nobodysPassword, verifyPassword } from './password.ts'
import { holdingsOf } from './holdings.ts'
import { openGroups, type Groups } from './groups.ts'
import { openPlaces, type Places } from './places.ts'
import { mayReach } from './reach.ts'
import { digestOf, newSecret } from './secret.ts'
import type { AuthTables } from './tables.ts'
import { openTokens, type Tokens } from './tokens.ts'
import { openUsers, type Users } from './users.ts'

/** What of a request says who it is from. */
export interface Credentials {
  readonly method: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly cookies: Readonly<Record<string, string>>
  /** Whether the peer is on this machine and no proxy stands between. */
  readonly local: boolean
}

export interface SignedIn {
  readonly user: string
  /** For `Set-Cookie`, one each. */
  readonly cookies: readonly string[]
}

export interface Auth {
  readonly users: Users
  readonly groups: Groups
  readonly places: Places
  readonly tokens: Tokens
  readonly audit: Audit
  /** Who asks; `nobody` without credentials. Wrong ones throw. */
  identify(credentials: Credentials): Promise<Identity>
  /** Throws unless the identity may, in that project; with `somewhere`, in a part of it at least. */
  authorize(identity: Identity, permission: Permission, project: string, somewhere?: boolean): void
  signIn(name: string, password: string, address: string): Promise<SignedIn>
  /** The cookies that end a session, which is over for the server too. */
  signOut(cookies: Readonly<Record<string, string>>): Promise<readonly string[]>
}

export interface AuthOptions {
  readonly metadata: Metadata
  readonly clock: Clock
  /** Whether only this machine can reach the server. */
  readonly loopback: boolean
  readonly secureCookies: boolean
  /** Somebody whose token is good for as long as this is open, and is written down nowhere. */
  readonly guest?: Guest
}

export interface Guest {
  readonly token: string
  readonly identity: Identity
}

const sessionCookie = 'tdm_session'
const csrfCookie = 'tdm_csrf'
const sessionMs = 12 * 3_600_000
/** How long an identity is remembered; a change in this process forgets all at once, one in another is seen after this time. */
const rememberMs = 5_000
const mostRemembered = 5_000

export function openAuth(options: AuthOptions): Auth {
  const { metadata, clock, loopback, secureCookies, guest } = options
  const database = metadata.tables<AuthTables>()
  const remembered = new Map<string, { identity: Promise<Identity>; until: number }>()
  const forget = (): void => remembered.clear()
  const users = openUsers(metadata, clock, forget)
  const groups = openGroups(metadata, clock, forget)
  const places = openPlaces(metadata, forget)
  const tokens = openTokens(metadata, clock, forget)
  const audit = openAudit(metadata, clock)
  const limit = loginLimit(clock)

  async function identityOf(
    name: string,
    by: 'session' | 'token',
    scopes?: readonly Permission[],
  ): Promise<Identity> {
    const user = await users.get(name)
    if (user.disabled) {
      throw new TidemillError('unauthenticated', { problem: `${name} is shut out.` })
    }
    const { grants, places } = await holdingsOf(database, name, user.grants)
    return {
      ...{ name, by, grants },
      ...(places.length > 0 ? { places } : {}),
      ...(scopes && scopes.length > 0 ? { scopes } : {}),
    }
  }

  /** Asks once in a while and remembers in between, so that a stream of predictions does not read the database for each. */
  function recall(
    key: string,
    ask: () => Promise<{ readonly identity: Identity; readonly expiresAt: number | undefined }>,
  ): Promise<Identity> {
    const known = remembered.get(key)
    if (known && known.until > clock.now()) return known.identity
    if (remembered.size >= mostRemembered) remembered.clear()
    const asked = ask()
    const identity = asked.then((answer) => answer.identity)
    // Kept while it is asked, so that requests that come together ask once, and a change meanwhile forgets it too.
    const entry = { identity, until: clock.now() + rememberMs }
    remembered.set(key, entry)
    asked.then(
      ({ expiresAt = Infinity }) => void (entry.until = Math.min(entry.until, expiresAt)),
      () => {
        if (remembered.get(key) === entry) remembered.delete(key)
      },
    )
    return identity
  }

  async function bySession({
    method,
    headers,
    cookies,
  }: Credentials): Promise<Identity | undefined> {
    const secret = cookies[sessionCookie]
    if (secret === undefined) return undefined
    const row = await database
      .selectFrom('auth_sessions')
      .selectAll()
      .where('hash', '=', digestOf(secret))
      .where('expires_at', '>', clock.now())
      .executeTakeFirst()
    if (!row) return undefined
    if (method !== 'GET' && method !== 'HEAD') {
      const sent = headers['x-csrf-token']
      if (typeof sent !== 'string' || !equal(sent, row.csrf)) {
        throw new TidemillError('unauthenticated', {
          problem: 'a change with a session cookie must carry its x-csrf-token.',
        })
      }
    }
    return identityOf(row.user_name, 'session')
  }

  function cookie(name: string, value: string, maxAgeMs: number, readable: boolean): string {
    return [
      `${name}=${value}`,
      'Path=/',
      `Max-Age=${Math.floor(maxAgeMs / 1000)}`,
      'SameSite=Strict',
      ...(readable ? [] : ['HttpOnly']),
      ...(secureCookies ? ['Secure'] : []),
    ].join('; ')
  }

  return {
    users,
    groups,
    places,
    tokens,
    audit,

    async identify(credentials) {
      const { headers } = credentials
      const { authorization } = headers
      if (typeof authorization === 'string') {
        const text = bearerOf(authorization)
        if (guest && equal(text, guest.token)) return guest.identity
        return recall(`token ${digestOf(text)}`, async () => {
          const token = await tokens.find(text)
          if (token) {
            const identity = await identityOf(token.user, 'token', token.scopes)
            return { identity, expiresAt: token.expiresAt }
          }
          throw new TidemillError('unauthenticated', {
            problem: 'the token is unknown, ended or expired.',
          })
        })
      }
      const signedIn = await bySession(credentials)
      if (signedIn) return signedIn
      return loopback && credentials.local && !isForwarded(headers) ? localIdentity() : nobody
    },

    authorize(identity, permission, project, somewhere = false) {
      if (permission === 'public') return
      if (identity.by === 'nobody') {
        throw new TidemillError('unauthenticated', { problem: 'nobody is signed in.' })
      }
      if (mayReach(identity, permission, project, somewhere)) return
      throw new TidemillError('forbidden', { who: identity.name, permission, project })
    },

    async signIn(name, password, address) {
      const attempt = limit.begin(name, address)
      const row = await database
        .selectFrom('auth_users')
        .selectAll()
        .where('name', '=', name)
        .executeTakeFirst()
      const right = await verifyPassword(password, row?.password ?? nobodysPassword)
      if (!right || row?.password == null || row.disabled === 1) {
        await audit.record({ who: name, what: 'session.refused', object: name, detail: address })
        throw new TidemillError('unauthenticated', {
          problem: 'the name or the password is wrong.',
        })
      }
      attempt.succeeded()
      const [secret, csrf] = [newSecret(), newSecret()]
      const now = clock.now()
      await database.deleteFrom('auth_sessions').where('expires_at', '<=', now).execute()
      await database
        .insertInto('auth_sessions')
        .values({
          hash: digestOf(secret),
          user_name: name,
          csrf,
          created_at: now,
          expires_at: now + sessionMs,
        })
        .execute()
      await audit.record({ who: name, what: 'session.create', object: name, detail: address })
      return {
        user: name,
        cookies: [
          cookie(sessionCookie, secret, sessionMs, false),
          cookie(csrfCookie, csrf, sessionMs, true),
        ],
      }
    },

    async signOut(cookies) {
      const secret = cookies[sessionCookie]
      if (secret !== undefined) {
        const hash = digestOf(secret)
        const ended = await database
          .deleteFrom('auth_sessions')
          .where('hash', '=', hash)
          .returning('user_name')
          .executeTakeFirst()
        if (ended) {
          const who = ended.user_name
          await audit.record({ who, what: 'session.remove', object: who, detail: '' })
        }
      }
      return [cookie(sessionCookie, '', 0, false), cookie(csrfCookie, '', 0, true)]
    },
  }
}

/** `Bearer TOKEN`, or the password of Basic, as clients that only know Basic send a token. */
function bearerOf(header: string): string {
  const [scheme = '', value = ''] = header.split(' ', 2)
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() === 'basic') {
    const text = Buffer.from(value, 'base64').toString()
    return text.slice(text.indexOf(':') + 1)
  }
  throw new TidemillError('unauthenticated', {
    problem: `${scheme} is no scheme this server knows.`,
  })
}

function equal(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)]
  return x.length === y.length && timingSafeEqual(x, y)
}

/** Whether a proxy passed it on: the peer on this machine is then the proxy, not who asks. */
function isForwarded(headers: Credentials['headers']): boolean {
  return Object.keys(headers).some(
    (name) =>
      name === 'forwarded' ||
      name === 'via' ||
      name === 'x-real-ip' ||
      name.startsWith('x-forwarded-'),
  )
}
