import { TidemillError, type PlaceGrant } from '#contract'
import type { Metadata } from '#store'
import type { AuthTables } from './tables.ts'

/** Roles in a part of a project: one experiment, by its identifier, or a folder of them, by its path. */
export interface Places {
  list(project: string): Promise<readonly PlaceGrant[]>
  /** No role takes it away. */
  grant(
    project: string,
    grant: Omit<PlaceGrant, 'role'> & { readonly role?: PlaceGrant['role'] },
  ): Promise<void>
  /** Roles in a folder go along when it is renamed. */
  renameFolder(project: string, folder: string, to: string): Promise<void>
}

export function openPlaces(metadata: Metadata, changed: () => void): Places {
  const database = metadata.tables<AuthTables>()

  async function requireHolder(kind: 'user' | 'group', name: string): Promise<void> {
    const found =
      kind === 'user'
        ? database.selectFrom('auth_users').select('name').where('name', '=', name)
        : database.selectFrom('auth_groups').select('name').where('name', '=', name)
    if (!(await found.executeTakeFirst())) throw new TidemillError('not_found', { kind, name })
  }

  return {
    async list(project) {
      const rows = await database
        .selectFrom('auth_place_grants')
        .selectAll()
        .where('project', '=', project)
        .orderBy('place')
        .orderBy('holder')
        .execute()
      return rows.map(({ kind, place, holder_kind, holder, role }) => ({
        kind,
        place,
        holderKind: holder_kind,
        holder,
        role: role as PlaceGrant['role'],
      }))
    },

    async grant(project, { kind, place, holderKind, holder, role }) {
      await requireHolder(holderKind, holder)
      const key = { project, kind, place, holder_kind: holderKind, holder }
      if (role === undefined) {
        let remove = database.deleteFrom('auth_place_grants')
        for (const [column, value] of Object.entries(key)) {
          remove = remove.where(column as keyof typeof key, '=', value)
        }
        await remove.execute()
      } else {
        await database
          .insertInto('auth_place_grants')
          .values({ ...key, role })
          .onConflict((conflict) =>
            conflict
              .columns(['project', 'kind', 'place', 'holder_kind', 'holder'])
              .doUpdateSet({ role }),
          )
          .execute()
      }
      changed()
    },

    async renameFolder(project, folder, to) {
      await metadata.transaction<AuthTables, void>(async (tx) => {
        const rows = await tx
          .selectFrom('auth_place_grants')
          .selectAll()
          .where('project', '=', project)
          .where('kind', '=', 'folder')
          .execute()
        for (const row of rows) {
          if (row.place !== folder && !row.place.startsWith(`${folder}/`)) continue
          const rest = row.place.slice(folder.length).replace(/^\//, '')
          const place = [to, rest].filter((part) => part !== '').join('/')
          let remove = tx.deleteFrom('auth_place_grants')
          for (const [column, value] of Object.entries(row)) {
            remove = remove.where(column as keyof typeof row, '=', value)
          }
          await remove.execute()
          // A folder that came to the uppermost level is no folder any more; a role there would be one for all.
          if (place === '') continue
          await tx
            .insertInto('auth_place_grants')
            .values({ ...row, place })
            .onConflict((conflict) => conflict.doNothing())
            .execute()
        }
      })
      changed()
    },
  }
}
