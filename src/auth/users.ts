import type { Selectable } from 'kysely'
import { TidemillError, type UserRecord } from '#contract'
import type { Clock, Metadata } from '#store'
import { localName, nobody } from './identity.ts'
import { hashPassword } from './password.ts'
import type { Role } from './policy.ts'
import type { AuthTables } from './tables.ts'

export interface NewUser {
  readonly name: string
  readonly kind: 'person' | 'service'
  readonly password?: string
  readonly role?: Role
  readonly project?: string
}

export interface Users {
  list(): Promise<readonly UserRecord[]>
  get(name: string): Promise<UserRecord>
  create(user: NewUser): Promise<UserRecord>
  /** Sets a password and ends the user's sessions. */
  setPassword(name: string, password: string): Promise<void>
  grant(name: string, project: string, role: Role | undefined): Promise<UserRecord>
  setDisabled(name: string, disabled: boolean): Promise<UserRecord>
}

export function openUsers(metadata: Metadata, clock: Clock, changed: () => void): Users {
  const database = metadata.tables<AuthTables>()

  async function records(name?: string): Promise<readonly UserRecord[]> {
    let select = database.selectFrom('auth_users').selectAll().orderBy('name')
    if (name !== undefined) select = select.where('name', '=', name)
    let selectGrants = database.selectFrom('auth_grants').selectAll().orderBy('project')
    if (name !== undefined) selectGrants = selectGrants.where('user_name', '=', name)
    const [rows, grants] = await Promise.all([select.execute(), selectGrants.execute()])
    return rows.map((row) => record(row, grants))
  }

  async function get(name: string): Promise<UserRecord> {
    const [found] = await records(name)
    if (!found) throw new TidemillError('not_found', { kind: 'user', name })
    return found
  }

  return {
    list: () => records(),
    get,

    async create({ name, kind, password, role, project = '*' }) {
      if (kind === 'person' && password === undefined) {
        throw new TidemillError('bad_request', { problem: 'A person needs a password.' })
      }
      if (kind === 'service' && password !== undefined) {
        throw new TidemillError('bad_request', {
          problem: 'A service account has tokens, no password.',
        })
      }
      if (reserved.includes(name)) {
        throw new TidemillError('bad_request', {
          problem: `${name} is the server's own name for somebody.`,
        })
      }
      if (password !== undefined) requireStrong(password, name)
      // Two names that people take for the same would be two users in the log.
      const twin = (await records()).find((user) => folded(user.name) === folded(name))
      if (twin) throw new TidemillError('already_exists', { kind: 'user', name: twin.name })
      const hash = password === undefined ? null : await hashPassword(password)
      await metadata.transaction<AuthTables, void>(async (tx) => {
        const inserted = await tx
          .insertInto('auth_users')
          .values({ name, kind, password: hash, disabled: 0, created_at: clock.now() })
          .onConflict((conflict) => conflict.column('name').doNothing())
          .executeTakeFirst()
        if (Number(inserted.numInsertedOrUpdatedRows ?? 0) === 0) {
          throw new TidemillError('already_exists', { kind: 'user', name })
        }
        if (role !== undefined) {
          await tx.insertInto('auth_grants').values({ user_name: name, project, role }).execute()
        }
      })
      return get(name)
    },

    async setPassword(name, password) {
      const { kind } = await get(name)
      if (kind === 'service') {
        throw new TidemillError('bad_request', {
          problem: `${name} is a service account; it has tokens, no password.`,
        })
      }
      requireStrong(password, name)
      const hash = await hashPassword(password)
      await metadata.transaction<AuthTables, void>(async (tx) => {
        await tx
          .updateTable('auth_users')
          .set({ password: hash })
          .where('name', '=', name)
          .execute()
        await tx.deleteFrom('auth_sessions').where('user_name', '=', name).execute()
      })
      changed()
    },

    async grant(name, project, role) {
      await get(name)
      if (role === undefined) {
        await database
          .deleteFrom('auth_grants')
          .where('user_name', '=', name)
          .where('project', '=', project)
          .execute()
      } else {
        await database
          .insertInto('auth_grants')
          .values({ user_name: name, project, role })
          .onConflict((conflict) =>
            conflict.columns(['user_name', 'project']).doUpdateSet({ role }),
          )
          .execute()
      }
      changed()
      return get(name)
    },

    async setDisabled(name, disabled) {
      await get(name)
      await metadata.transaction<AuthTables, void>(async (tx) => {
        await tx
          .updateTable('auth_users')
          .set({ disabled: disabled ? 1 : 0 })
          .where('name', '=', name)
          .execute()
        if (disabled) await tx.deleteFrom('auth_sessions').where('user_name', '=', name).execute()
      })
      changed()
      return get(name)
    },
  }
}

const reserved: readonly string[] = [localName, nobody.name]
const shortest = 10
const longest = 1000

function folded(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase()
}

function requireStrong(password: string, name: string): void {
  if (password.length >= shortest && password.length <= longest && password !== name) return
  throw new TidemillError('bad_request', {
    problem: `A password has ${shortest} to ${longest} characters and is not the name.`,
  })
}

function record(
  row: Selectable<AuthTables['auth_users']>,
  grants: readonly Selectable<AuthTables['auth_grants']>[],
): UserRecord {
  return {
    name: row.name,
    kind: row.kind,
    disabled: row.disabled === 1,
    grants: grants
      .filter((grant) => grant.user_name === row.name)
      .map(({ project, role }) => ({ project, role: role as Role })),
    createdAt: row.created_at,
  }
}
