import type { Selectable } from 'kysely'
import { newId, permissions, TidemillError, type Permission, type TokenRecord } from '#contract'
import type { Clock, Metadata } from '#store'
import { localName } from './identity.ts'
import { isWholeOnly } from './policy.ts'
import { digestOf, newSecret } from './secret.ts'
import type { AuthTables } from './tables.ts'

const prefix = 'tdm_'
/** How exactly the last use is kept: a durable write for every prediction would cost more than the prediction. */
const usedEveryMs = 60_000

export interface NewToken {
  readonly user: string
  readonly name: string
  readonly scopes?: readonly string[]
  readonly days?: number
}

export interface Tokens {
  /** Of one user, or of all. */
  list(user?: string): Promise<readonly TokenRecord[]>
  /** The text is returned this once; what is kept cannot be turned back into it. */
  create(token: NewToken): Promise<{ readonly token: string; readonly record: TokenRecord }>
  revoke(id: string, owner?: string): Promise<void>
  /** Whose token a text is, if it is anybody's and still good. */
  find(text: string): Promise<
    | {
        readonly user: string
        readonly scopes: readonly Permission[]
        readonly expiresAt: number | undefined
      }
    | undefined
  >
}

export function openTokens(metadata: Metadata, clock: Clock, changed: () => void): Tokens {
  const database = metadata.tables<AuthTables>()

  async function requireOwner(name: string): Promise<void> {
    if (name === localName) {
      throw new TidemillError('bad_request', {
        problem: 'The user of this machine needs no token; say whose it is to be.',
      })
    }
    const owner = await database
      .selectFrom('auth_users')
      .select('name')
      .where('name', '=', name)
      .executeTakeFirst()
    if (!owner) throw new TidemillError('not_found', { kind: 'user', name })
  }

  return {
    async list(user) {
      let select = database.selectFrom('auth_tokens').selectAll().orderBy('created_at', 'desc')
      if (user !== undefined) select = select.where('user_name', '=', user)
      return (await select.execute()).map(record)
    },

    async create({ user, name, scopes = [], days }) {
      for (const scope of scopes) {
        if (!(permissions as readonly string[]).includes(scope)) {
          throw new TidemillError('bad_request', {
            problem: `There is no permission ${scope}; there are ${permissions.join(', ')}.`,
          })
        }
        if (isWholeOnly(scope as Permission)) {
          throw new TidemillError('bad_request', {
            problem: `A narrowed token cannot have ${scope}: with it, it could make one that is not.`,
          })
        }
      }
      await requireOwner(user)
      const token = `${prefix}${newSecret()}`
      const row = {
        id: newId(clock.now()),
        user_name: user,
        name,
        start: token.slice(0, prefix.length + 6),
        hash: digestOf(token),
        scopes: JSON.stringify(scopes),
        created_at: clock.now(),
        expires_at: days === undefined ? null : clock.now() + days * 86_400_000,
        last_used_at: null,
        revoked: 0,
      }
      await database.insertInto('auth_tokens').values(row).execute()
      return { token, record: record(row) }
    },

    async revoke(id, owner) {
      let update = database.updateTable('auth_tokens').set({ revoked: 1 }).where('id', '=', id)
      if (owner !== undefined) update = update.where('user_name', '=', owner)
      const { numUpdatedRows } = await update.executeTakeFirst()
      if (Number(numUpdatedRows) === 0)
        throw new TidemillError('not_found', { kind: 'token', name: id })
      changed()
    },

    async find(text) {
      if (!text.startsWith(prefix)) return undefined
      const row = await database
        .selectFrom('auth_tokens')
        .selectAll()
        .where('hash', '=', digestOf(text))
        .executeTakeFirst()
      const now = clock.now()
      if (!row || row.revoked === 1 || (row.expires_at !== null && row.expires_at <= now)) {
        return undefined
      }
      if (row.last_used_at === null || now - row.last_used_at >= usedEveryMs) {
        await database
          .updateTable('auth_tokens')
          .set({ last_used_at: now })
          .where('id', '=', row.id)
          .execute()
      }
      return {
        user: row.user_name,
        scopes: JSON.parse(row.scopes) as Permission[],
        expiresAt: row.expires_at ?? undefined,
      }
    },
  }
}

function record(row: Selectable<AuthTables['auth_tokens']>): TokenRecord {
  return {
    id: row.id,
    user: row.user_name,
    name: row.name,
    start: row.start,
    scopes: JSON.parse(row.scopes) as string[],
    createdAt: row.created_at,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
    revoked: row.revoked === 1,
  }
}
