import type { Kysely } from 'kysely'
import type { Identity, Place } from './identity.ts'
import { strongest, type Role } from './policy.ts'
import type { AuthTables } from './tables.ts'

interface Grant {
  readonly project: string
  readonly role: Role
}

/** What a user holds, by themselves and by their groups: of two roles in one project the stronger. */
export async function holdingsOf(
  database: Kysely<AuthTables>,
  name: string,
  own: readonly Grant[],
): Promise<Required<Pick<Identity, 'grants' | 'places'>>> {
  const groups = database
    .selectFrom('auth_members')
    .select('group_name')
    .where('user_name', '=', name)
  const [ofGroups, places] = await Promise.all([
    database
      .selectFrom('auth_group_grants')
      .select(['project', 'role'])
      .where('group_name', 'in', groups)
      .execute(),
    database
      .selectFrom('auth_place_grants')
      .select(['project', 'kind', 'place', 'role'])
      .where((where) =>
        where.or([
          where.and([where('holder_kind', '=', 'user'), where('holder', '=', name)]),
          where.and([where('holder_kind', '=', 'group'), where('holder', 'in', groups)]),
        ]),
      )
      .execute(),
  ])
  const byProject = Map.groupBy([...own, ...(ofGroups as Grant[])], ({ project }) => project)
  const grants = Object.fromEntries(
    [...byProject].flatMap(([project, held]) => {
      const role = strongest(held.map((each) => each.role))
      return role === undefined ? [] : [[project, role]]
    }),
  )
  return { grants, places: places.map((each) => ({ ...each, role: each.role as Place['role'] })) }
}
