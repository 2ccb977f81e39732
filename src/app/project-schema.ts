import { createHash } from 'node:crypto'
import { longestIdentifier } from '#store'

/** Where users, tokens and sessions are. */
export const identitySchema = 'tidemill_identity'

/**
 * Where a project is on PostgreSQL. One whose name would be cut there, or would be the users', has a hash in it; nothing that may be
 * a project's name begins as these do, so that no other project can have the same.
 */
export function projectSchema(project: string): string {
  const plain = `tidemill_${project}`
  if (plain.length <= longestIdentifier && plain !== identitySchema) return plain
  const hash = createHash('sha256').update(project).digest('hex').slice(0, 16)
  return `tidemill-${project.slice(0, 32)}-${hash}`
}
