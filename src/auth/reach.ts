import type { Permission } from '#contract'
import type { Identity, Place } from './identity.ts'
import { isServerWide, isWholeOnly, roleMay, strongest, type Role } from './policy.ts'

/** How far somebody reaches in a project. */
export interface Reach {
  /** Their role in all of it. */
  readonly everywhere?: Role
  readonly places: readonly Place[]
}

export function reachOf(identity: Identity, project: string): Reach {
  const own = [project, '*'].map((place) =>
    Object.hasOwn(identity.grants, place) ? identity.grants[place] : undefined,
  )
  const everywhere = strongest(own.filter((each): each is Role => each !== undefined))
  const places = (identity.places ?? []).filter((place) => place.project === project)
  return { places, ...(everywhere === undefined ? {} : { everywhere }) }
}

/** Whether an identity may in all of a project, or, with `somewhere`, at least in a part of it. */
export function mayReach(
  identity: Identity,
  permission: Permission,
  project: string,
  somewhere: boolean,
): boolean {
  const within =
    identity.scopes === undefined ||
    (identity.scopes.includes(permission) && !isWholeOnly(permission))
  if (!within) return false
  const { everywhere, places } = reachOf(identity, isServerWide(permission) ? '*' : project)
  if (everywhere !== undefined && roleMay(everywhere, permission)) return true
  // A role in a part of a project is one over experiments, and over nothing else.
  return (
    somewhere &&
    permission.startsWith('tracking:') &&
    places.some(({ role }) => roleMay(role, permission))
  )
}
