import { TidemillError, type AliasChange, type AliasRequest } from '#contract'
import { closedAlready } from '#registry'
import type { Rooms } from '../rooms.ts'
import { moveAlias } from './move-alias.ts'

/** Adds one person's approval to a request. The gate is asked again, and the last approval moves the alias. */
export async function approveRequest(
  rooms: Rooms,
  name: string,
  id: string,
  { who, message }: { readonly who: string; readonly message: string },
): Promise<{ readonly request: AliasRequest; readonly change?: AliasChange }> {
  const { model, alias, version, state, votes } = await rooms.registry.request(name, id)
  if (state !== 'open') throw closedAlready(id, state)
  if (votes.some((vote) => vote.who === who)) {
    const problem = `${who} is for it already; another person has to approve it.`
    throw new TidemillError('conflict', { problem })
  }
  try {
    const wish = { model, alias, version, by: who, isPerson: true, why: message }
    const { change } = await moveAlias(rooms, wish)
    return { request: await rooms.registry.request(name, id), change }
  } catch (error) {
    if (!(error instanceof TidemillError) || error.code !== 'approval_needed') throw error
    return { request: await rooms.registry.request(name, id) }
  }
}
