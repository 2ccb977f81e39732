import type { Declaration, ModelDeclaration, PlannedChange } from '#contract'
import type { Rooms } from '../rooms.ts'
import { asksLess, reliesOnLess } from './asks-less.ts'
import { requirementsAfterApply } from './model-requirements.ts'

/** Makes a model as it is declared: what is asked of it, what its aliases ask, and who relies on it. */
export async function applyModel(
  rooms: Rooms,
  name: string,
  { description = '', requirements, aliases = {}, consumers = {} }: ModelDeclaration,
  by: string,
): Promise<void> {
  const { registry } = rooms
  const model = await registry.declare(name, description)
  const asked = await requirementsAfterApply(rooms, model, requirements)
  await registry.setRequirements(name, asked, model.requirements)
  const before = (await rooms.applied.read()).models?.[name]?.aliases ?? {}
  for (const alias of Object.keys(before)) {
    if (!(alias in aliases)) await registry.setPolicy(name, alias, {})
  }
  for (const [alias, policy] of Object.entries(aliases)) {
    await registry.setPolicy(name, alias, policy)
  }
  const known = await registry.consumers(name)
  for (const each of known) {
    if (each.fromFile && !(each.name in consumers)) await registry.removeConsumer(name, each.name)
  }
  for (const [consumer, contract] of Object.entries(consumers)) {
    const alias = contract.alias ?? 'champion'
    const declaredBy = known.find((each) => each.name === consumer)?.declaredBy ?? by
    const declared = { name: consumer, model: name, alias, contract, declaredBy }
    await registry.setConsumer({ ...declared, fromFile: true })
  }
}

/** Whether a plan changes what taking an alias asks for, which not everybody may who may apply. */
export async function weakensGuards(
  rooms: Rooms,
  planned: readonly PlannedChange[],
  { models = {} }: Declaration,
): Promise<boolean> {
  for (const { kind, name, action, changes } of planned) {
    const declared = models[name]
    if (kind !== 'model' || (action !== 'create' && action !== 'update') || !declared) continue
    if (changes.some(({ field }) => field.startsWith('aliases.'))) return true
    // Against what is asked now, which may have been said elsewhere than in the file.
    const model = await rooms.registry.findModel(name)
    if (!model) continue
    const asked = await requirementsAfterApply(rooms, model, declared.requirements)
    if (asksLess(model.requirements, asked)) return true
    for (const before of await rooms.registry.consumers(name)) {
      const now = declared.consumers?.[before.name]
      if (now === undefined ? before.fromFile : reliesOnLess(before.contract, now)) return true
    }
  }
  return false
}
