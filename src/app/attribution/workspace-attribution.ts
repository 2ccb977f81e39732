import { existsSync } from 'node:fs'
import type { Attribution, AttributionPlan } from '#contract'
import { openApp } from '../app.ts'
import type { Rooms } from '../rooms.ts'
import { stageEnvironment } from '#pipeline'
import { sideOfRun } from '../steps/side-of-run.ts'
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
}

/** `planAttribution` with tracked runs as sides. */
export async function planNamed(
  rooms: Rooms | undefined,
  folder: string,
  request: NamedAttribution,
): Promise<AttributionPlan> {
  const { from, to } = await sides(rooms, folder, request)
  return planAttribution(folder, { ...request, from: from.side, to: to.side })
}

/** `attribute` with tracked runs as sides. */
export async function attributeNamed(
  rooms: Rooms | undefined,
  folder: string,
  request: NamedAttribution,
  effects: AttributeEffects,
): Promise<Attribution> {
  const { from, to } = await sides(rooms, folder, request)
  const notes = [from.note, to.note].flatMap((note) => note ?? [])
  return attribute(folder, { ...request, from: from.side, to: to.side, notes }, effects)
}

async function sides(rooms: Rooms | undefined, folder: string, request: NamedAttribution) {
  return {
    from: await sideOfRun(rooms, folder, request.from),
    to: await sideOfRun(rooms, folder, request.to),
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
