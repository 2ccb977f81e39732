import { existsSync } from 'node:fs'
import type { Attribution, AttributionPlan } from '#contract'
import { openApp } from '../app.ts'
import type { Rooms } from '../rooms.ts'
import { stageEnvironment } from '#pipeline'
import { sideOfRun, type SideOfRun } from '../steps/side-of-run.ts'
import {
  attribute,
  planAttribution,
  type AttributeEffects,
  type AttributeRequest,
} from './attribute.ts'

/** An attribution as it is asked for: the sides are names, `run:ID` for a tracked run. */
export interface NamedAttribution extends Omit<AttributeRequest, 'from' | 'to'> {
  readonly from: string
  readonly to: string
  /** Takes runs from before the server kept what may be run of them: whoever asks may run any command. */
  readonly unmarked?: boolean
}

/** `planAttribution` with tracked runs as sides. */
export async function planNamed(
  rooms: Rooms | undefined,
  folder: string,
  { unmarked = false, ...request }: NamedAttribution,
): Promise<AttributionPlan> {
  const { from, to } = await readSides(rooms, folder, { ...request, unmarked })
  return planAttribution(folder, { ...request, from: from.side, to: to.side })
}

/** `attribute` with tracked runs as sides. */
export async function attributeNamed(
  rooms: Rooms | undefined,
  folder: string,
  { unmarked = false, ...request }: NamedAttribution,
  effects: AttributeEffects,
): Promise<Attribution> {
  const { from, to } = await readSides(rooms, folder, { ...request, unmarked })
  const notes = [from.note, to.note].flatMap((note) => note ?? [])
  return attribute(folder, { ...request, from: from.side, to: to.side, notes }, effects)
}

/** Errors: `not_found` for a run that is none; `conflict` for one of which nothing may be run. */
export async function readSides(
  rooms: Rooms | undefined,
  folder: string,
  { from, to, unmarked = false }: Pick<NamedAttribution, 'from' | 'to' | 'unmarked'>,
): Promise<{ readonly from: SideOfRun; readonly to: SideOfRun }> {
  return {
    from: await sideOfRun(rooms, folder, from, unmarked),
    to: await sideOfRun(rooms, folder, to, unmarked),
  }
}

/** Works with the project of a home; without a home there are no tracked runs, and everything else works. */
export async function withProject<T>(
  home: string,
  project: string,
  work: (rooms: Rooms | undefined, env: AttributeEffects['env']) => Promise<T>,
): Promise<T> {
  const env = stageEnvironment({ home, project })
  if (!existsSync(home)) return work(undefined, env)
  const app = await openApp({ home })
  try {
    return await work(await app.project(project), env)
  } finally {
    await app.close()
  }
}
