import { isDeepStrictEqual } from 'node:util'
import { TidemillError, type Model, type Requirement } from '#contract'
import type { Rooms } from '../rooms.ts'

type Requirements = readonly Requirement[]

/** Those of a model's requirements that tidemill.yaml declares: the file alone decides on them. */
export async function requirementsOfFile(
  { applied }: Rooms,
  { name, requirements }: Pick<Model, 'name' | 'requirements'>,
): Promise<Requirements> {
  const declared = (await applied.read()).models?.[name]?.requirements ?? []
  return requirements.filter((each) => has(declared, each))
}

/** What is asked once the file is applied: what it declares, and what people ask besides. */
export async function requirementsAfterApply(
  rooms: Rooms,
  model: Pick<Model, 'name' | 'requirements'>,
  declared: Requirements,
): Promise<Requirements> {
  const ofFile = await requirementsOfFile(rooms, model)
  return once([...declared, ...model.requirements.filter((each) => !has(ofFile, each))])
}

/** What people ask instead of what they asked. Errors: `conflict` where something of the file is left out. */
export async function requirementsByHand(
  rooms: Rooms,
  model: Pick<Model, 'name' | 'requirements'>,
  asked: Requirements,
): Promise<Requirements> {
  const ofFile = await requirementsOfFile(rooms, model)
  const missing = ofFile.find((each) => !has(asked, each))
  if (missing === undefined) return once([...ofFile, ...asked])
  const problem = `tidemill.yaml declares the requirement ${JSON.stringify(missing)} of ${model.name}: change it there, and apply.`
  throw new TidemillError('conflict', { problem })
}

function has(all: Requirements, one: Requirement): boolean {
  return all.some((each) => isDeepStrictEqual(each, one))
}

function once(all: Requirements): Requirements {
  return all.filter((each, at) => !has(all.slice(0, at), each))
}
