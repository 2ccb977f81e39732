import { permissions, type Permission } from '#contract'

export type Role = 'viewer' | 'editor' | 'manager' | 'admin'

export const roles: readonly Role[] = ['viewer', 'editor', 'manager', 'admin']

/** The least role that may do an action, by the action's name; an area may say otherwise. An action that is not here is nobody's. */
const leastRole: Readonly<Record<string, Role>> = {
  read: 'viewer',
  predict: 'editor',
  write: 'editor',
  run: 'editor',
  promote: 'manager',
  manage: 'manager',
}

const leastRoleOf: Readonly<Partial<Record<Permission, Role>>> = {
  'admin:users': 'admin',
  'admin:audit': 'admin',
  'self:write': 'viewer',
}

/** Whether a role may do what a permission names. */
export function roleMay(role: Role, permission: Permission): boolean {
  if (permission === 'public') return true
  const least = leastRoleOf[permission] ?? leastRole[permission.split(':')[1] ?? '']
  return least !== undefined && roles.indexOf(role) >= roles.indexOf(least)
}

export function permissionsOf(role: Role): readonly Permission[] {
  return permissions.filter((permission) => roleMay(role, permission))
}

/** The strongest of several roles. */
export function strongest(given: readonly Role[]): Role | undefined {
  return roles.findLast((role) => given.includes(role))
}
