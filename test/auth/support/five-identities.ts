import { roles, type Auth } from '#auth'
import type { Permission } from '#contract'
import type { Walker } from '../../http/suites/walk-routes.ts'
import { leastRoles } from './least-roles.ts'

/**
 * Somebody without credentials and a service account of each role, for `walkRoutes`. What each may is the table written by
 * hand. On a server that lets this machine's user in, the first comes through a proxy, which makes it a stranger.
 */
export async function fiveIdentities(auth: Auth): Promise<readonly Walker[]> {
  const stranger: Walker = {
    name: 'anonymous',
    headers: { 'x-forwarded-for': '203.0.113.9' },
    may: () => false,
  }
  const known = await Promise.all(
    roles.map(async (role) => {
      const user = `walker-${role}`
      await auth.users.create({ name: user, kind: 'service', role })
      const { token } = await auth.tokens.create({ user, name: 'walk' })
      const may = (permission: Permission) =>
        roles.indexOf(role) >= roles.indexOf(leastRoles[permission] ?? 'admin')
      return { name: role, headers: { authorization: `Bearer ${token}` }, may }
    }),
  )
  return [stranger, ...known]
}
