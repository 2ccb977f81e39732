import { TidemillError, type ModelVersion } from '#contract'
import type { Rooms } from '../../rooms.ts'

/** An endpoint follows an alias, so the alias must name something while one does. */
export async function refuseFollowed(
  rooms: Rooms,
  { model, version }: ModelVersion,
  aliases: readonly string[],
): Promise<void> {
  const follower = (await rooms.serving.listed()).find(
    (endpoint) => endpoint.model === model && aliases.includes(endpoint.alias),
  )
  if (!follower) return
  const problem = `The endpoint ${follower.name} serves version ${version} of ${model}; move its alias first.`
  throw new TidemillError('conflict', { problem })
}
