import { permissions, type Permission } from '#contract'

export type Role = 'viewer' | 'editor' | 'manager' | 'admin'

export const roles: readonly Role[] = ['viewer', 'editor', 'manager', 'admin']

/** The least role that may do an action, by the action's name; a permission may say otherwise. */
const byAction: Readonly<Record<string, Role>> = {
  read: 'viewer',
  predict: 'editor',
  write: 'editor',
  run: 'editor',
  promote: 'manager',
  manage: 'manager',
  // Whoever may move an alias must not be the one who decides what that takes.
  guard: 'admin',
}

const byPermission: Readonly<Record<string, Role>> = {
  'admin:users': 'admin',
  'admin:audit': 'admin',
  // A command of any kind runs as the server, past all projects.
  'admin:commands': 'admin',
  'self:write': 'viewer',
}

const table = policyOf(permissions)

/** The least role of each permission; one that the policy says nothing of stops the program before it serves anything. */
export function policyOf(all: readonly string[]): ReadonlyMap<string, Role> {
  return new Map(
    all.map((permission) => {
      const least = byPermission[permission] ?? byAction[permission.split(':')[1] ?? '']
      if (least === undefined) throw new TypeError(`the policy says nothing of ${permission}`)
      return [permission, least]
    }),
  )
}

/** Whether a role may do what a permission names. */
export function roleMay(role: Role, permission: Permission): boolean {
  if (permission === 'public') return true
  const least = table.get(permission)
  return least !== undefined && roles.indexOf(role) >= roles.indexOf(least)
}

/** Whether what a permission names reaches past any one project, so that a role in one project gives it to nobody. */
export function isServerWide(permission: Permission): boolean {
  return permission.startsWith('admin:') || permission.startsWith('server:')
}

/** What a narrowed token may never do: with it, it could make one that is not narrowed. */
export function isWholeOnly(permission: Permission): boolean {
  return permission === 'self:write'
}

export function permissionsOf(role: Role): readonly Permission[] {
  return permissions.filter((permission) => roleMay(role, permission))
}

/** The strongest of several roles. */
export function strongest(given: readonly Role[]): Role | undefined {
  return roles.findLast((role) => given.includes(role))
}
