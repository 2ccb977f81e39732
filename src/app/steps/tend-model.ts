import { mayReach, type Identity } from '#auth'
import { TidemillError, type AliasChange, type Model, type ModelRemoval } from '#contract'
import type { AliasReason } from '#registry'
import type { Rooms } from '../rooms.ts'

/** Who tends a model: what they may decides what goes along with a change. */
export interface Tender {
  readonly who: string
  readonly identity: Identity
}

/** Gives a model another name, also where it is named in the lineage and by what monitors know of it. */
export async function renameModel(
  rooms: Rooms,
  name: string,
  to: string,
  { identity }: Tender,
): Promise<Model> {
  await refuseServed(rooms, name)
  const mayGuard = mayReach(identity, 'models:guard', rooms.project, false)
  const model = await rooms.registry.renameModel(name, to, { mayGuard }, (tx) =>
    rooms.monitoring.renameModel(tx, name, to),
  )
  for (const { version } of await rooms.registry.versions(to)) {
    const [from, as] = [name, to].map((each) => ({ kind: 'model', id: `${each}/${version}` }))
    if (from && as) await rooms.lineage.rename(from, as)
  }
  return model
}

/** Removes a model that no endpoint serves; with `dry`, says what that would be. */
export async function removeModel(
  rooms: Rooms,
  name: string,
  { who, identity }: Tender,
  dry = false,
): Promise<ModelRemoval> {
  await refuseServed(rooms, name)
  const mayPromote = mayReach(identity, 'models:promote', rooms.project, false)
  return rooms.registry.removeModel(name, { who, mayPromote, dry })
}

/** Removes a version that no endpoint follows by an alias; with `dry`, says what that would be. */
export async function removeVersion(
  rooms: Rooms,
  name: string,
  number: number,
  { who, identity }: Tender,
  dry = false,
): Promise<ModelRemoval> {
  const { aliases } = await rooms.registry.version(name, number)
  await refuseFollowed(rooms, name, number, aliases)
  const mayPromote = mayReach(identity, 'models:promote', rooms.project, false)
  return rooms.registry.removeVersion(name, number, { who, mayPromote, dry })
}

/** Takes an alias away that no endpoint follows. */
export async function removeAlias(
  rooms: Rooms,
  name: string,
  alias: string,
  reason: AliasReason,
): Promise<AliasChange> {
  const named = await rooms.registry.aliased(name, alias)
  if (named) await refuseFollowed(rooms, name, named.version, [alias])
  return rooms.registry.removeAlias(name, alias, reason)
}

/** An endpoint follows a model by its name, so the name must stay while one does. */
async function refuseServed(rooms: Rooms, model: string): Promise<void> {
  const served = (await rooms.serving.listed()).find((endpoint) => endpoint.model === model)
  if (!served) return
  const problem = `The endpoint ${served.name} serves ${model}; remove the endpoint first.`
  throw new TidemillError('conflict', { problem })
}

/** An endpoint follows an alias, so the alias must name something while one does. */
async function refuseFollowed(
  rooms: Rooms,
  model: string,
  version: number,
  aliases: readonly string[],
): Promise<void> {
  const follower = (await rooms.serving.listed()).find(
    (endpoint) => endpoint.model === model && aliases.includes(endpoint.alias),
  )
  if (!follower) return
  const problem = `The endpoint ${follower.name} serves version ${version} of ${model}; move its alias first.`
  throw new TidemillError('conflict', { problem })
}
