import type { Identity } from '#auth'
import type { App } from './app.ts'

/** Whether a person stands behind an identity; a service account's word is nobody's approval. */
export async function isPerson(app: App, { by, name }: Identity): Promise<boolean> {
  if (by === 'loopback' || by === 'session') return true
  return by === 'token' && (await app.auth.users.get(name)).kind === 'person'
}
