import { TidemillError } from '#contract'
import type { Rooms } from '../rooms.ts'

/** The one of a name, or all that are not removed; without counting their runs. */
export async function activeExperiments(
  { tracking }: Rooms,
  name: string | undefined,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  if (name === undefined) return tracking.experimentsIn('', 'active')
  const found = await tracking.findExperiment(name)
  if (found && found.removedAt === undefined) return [found]
  throw new TidemillError('not_found', { kind: 'experiment', name })
}
