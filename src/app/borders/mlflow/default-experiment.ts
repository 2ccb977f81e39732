import { TidemillError } from '#contract'
import type { Rooms } from '../../rooms.ts'

const usual = { id: '0', name: 'Default' } as const

/** The experiment a client names, by identifier. Where it names none it means MLflow's experiment 0, which is always there. */
export async function experimentNamedBy(rooms: Rooms, id: string = usual.id): Promise<string> {
  if (id !== usual.id) return id
  const found = await rooms.tracking.findExperiment(usual.name)
  if (found) return found.id
  await rooms.tracking.createExperiment(usual).catch((error: unknown) => {
    // Under another name it is there as well, and who may not make it sees no experiment that is not theirs.
    const isFine = ['already_exists', 'forbidden']
    if (!(error instanceof TidemillError && isFine.includes(error.code))) throw error
  })
  return usual.id
}
