import { reachOf, roleMay, type Identity } from '#auth'
import type { Permission } from '#contract'
import type { App } from './app.ts'
import { experimentReach } from './experiment-reach.ts'
import type { Rooms } from './rooms.ts'
import { trackingView } from './tracking-view/tracking-view.ts'

/** The rooms of a project as an identity may use them: whoever manages all of it uses them as they are. */
export async function roomsFor(
  app: App,
  project: string,
  identity: Identity,
  permission: Permission,
): Promise<Rooms> {
  const rooms = await app.project(project, { make: mayMake(identity, project, permission) })
  const reach = reachOf(identity, project)
  if (reach.everywhere !== undefined && roleMay(reach.everywhere, 'tracking:manage')) return rooms
  // The route has asked for the role; what somebody without roles in parts may is the same in each part.
  if (reach.everywhere !== undefined && reach.places.length === 0) return rooms
  const within = experimentReach(rooms.tracking, reach, identity.name, project)
  return { ...rooms, tracking: trackingView(rooms.tracking, within) }
}

/**
 * Whether a project that is not there is made: where an admin gave somebody a role in it by name, and where an admin puts something
 * into it. A name that was mistyped is said, and strangers make none.
 */
export function mayMake(identity: Identity, project: string, permission: Permission): boolean {
  if (Object.hasOwn(identity.grants, project)) return true
  return identity.grants['*'] === 'admin' && !/:(read|predict)$|^public$/.test(permission)
}
