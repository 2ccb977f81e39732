export {
  openAuth,
  type Auth,
  type AuthOptions,
  type Credentials,
  type Guest,
  type SignedIn,
} from './auth.ts'
export { localIdentity, nobody, type Identity } from './identity.ts'
export { permissionsOf, roleMay, roles, strongest, type Role } from './policy.ts'
export { mayReach, reachOf, type Reach } from './reach.ts'
export { authMigrations } from './migrations.ts'
export type { Audit, AuditEntry } from './audit.ts'
export type { Tokens } from './tokens.ts'
export type { Users } from './users.ts'
