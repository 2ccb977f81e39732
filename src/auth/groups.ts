import { TidemillError, type GroupRecord } from '#contract'
import type { Clock, Metadata } from '#store'
import type { Role } from './policy.ts'
import type { AuthTables } from './tables.ts'

/** Users by a name of their own, who hold what the group holds. */
export interface Groups {
  list(): Promise<readonly GroupRecord[]>
  get(name: string): Promise<GroupRecord>
  create(name: string): Promise<GroupRecord>
  /** With its members' places in it and all it held. */
  remove(name: string): Promise<void>
  setMember(name: string, user: string, isMember: boolean): Promise<GroupRecord>
  /** A role in a project; none takes it away. */
  grant(name: string, project: string, role: Role | undefined): Promise<GroupRecord>
}

export function openGroups(metadata: Metadata, clock: Clock, changed: () => void): Groups {
  const database = metadata.tables<AuthTables>()

  async function list(): Promise<readonly GroupRecord[]> {
    const [groups, members, grants] = await Promise.all([
      database.selectFrom('auth_groups').selectAll().orderBy('name').execute(),
      database.selectFrom('auth_members').selectAll().orderBy('user_name').execute(),
      database.selectFrom('auth_group_grants').selectAll().orderBy('project').execute(),
    ])
    return groups.map(({ name, created_at }) => ({
      name,
      members: members.filter((row) => row.group_name === name).map((row) => row.user_name),
      grants: grants
        .filter((row) => row.group_name === name)
        .map(({ project, role }) => ({ project, role: role as Role })),
      createdAt: created_at,
    }))
  }

  async function get(name: string): Promise<GroupRecord> {
    const found = (await list()).find((group) => group.name === name)
    if (!found) throw new TidemillError('not_found', { kind: 'group', name })
    return found
  }

  return {
    list,
    get,

    async create(name) {
      const twin = (await list()).find(
        (group) =>
          group.name.normalize('NFKC').toLowerCase() === name.normalize('NFKC').toLowerCase(),
      )
      if (twin) throw new TidemillError('already_exists', { kind: 'group', name: twin.name })
      await database.insertInto('auth_groups').values({ name, created_at: clock.now() }).execute()
      return get(name)
    },

    async remove(name) {
      await get(name)
      await metadata.transaction<AuthTables, void>(async (tx) => {
        await tx.deleteFrom('auth_members').where('group_name', '=', name).execute()
        await tx.deleteFrom('auth_group_grants').where('group_name', '=', name).execute()
        await tx
          .deleteFrom('auth_place_grants')
          .where('holder_kind', '=', 'group')
          .where('holder', '=', name)
          .execute()
        await tx.deleteFrom('auth_groups').where('name', '=', name).execute()
      })
      changed()
    },

    async setMember(name, user, isMember) {
      await get(name)
      const row = { group_name: name, user_name: user }
      if (isMember) {
        const known = await database
          .selectFrom('auth_users')
          .select('name')
          .where('name', '=', user)
          .executeTakeFirst()
        if (!known) throw new TidemillError('not_found', { kind: 'user', name: user })
        await database
          .insertInto('auth_members')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      } else {
        await database
          .deleteFrom('auth_members')
          .where('group_name', '=', name)
          .where('user_name', '=', user)
          .execute()
      }
      changed()
      return get(name)
    },

    async grant(name, project, role) {
      await get(name)
      if (role === undefined) {
        await database
          .deleteFrom('auth_group_grants')
          .where('group_name', '=', name)
          .where('project', '=', project)
          .execute()
      } else {
        await database
          .insertInto('auth_group_grants')
          .values({ group_name: name, project, role })
          .onConflict((conflict) =>
            conflict.columns(['group_name', 'project']).doUpdateSet({ role }),
          )
          .execute()
      }
      changed()
      return get(name)
    },
  }
}
