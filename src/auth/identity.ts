import type { Permission, PlaceGrant } from '#contract'
import type { Role } from './policy.ts'

/** A part of a project that somebody has a role in. */
export interface Place {
  readonly project: string
  readonly kind: PlaceGrant['kind']
  readonly place: string
  readonly role: PlaceGrant['role']
}

/** Who asks. */
export interface Identity {
  readonly name: string
  /** How it was shown: nothing, being on this machine, a session cookie, or a token. */
  readonly by: 'nobody' | 'loopback' | 'session' | 'token'
  /** Roles by project; `*` is every project. */
  readonly grants: Readonly<Record<string, Role>>
  /** Roles in parts of projects, their own and their groups'. */
  readonly places?: readonly Place[]
  /** Only these, for a token that was narrowed. */
  readonly scopes?: readonly Permission[]
}

/** What the log calls the user of this machine. */
export const localName = 'local'

export const nobody: Identity = { name: 'anonymous', by: 'nobody', grants: {} }

/** The user of this machine, who needs no password while nobody else can reach the server. */
export function localIdentity(): Identity {
  return { name: localName, by: 'loopback', grants: { '*': 'admin' } }
}
