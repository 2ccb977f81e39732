import { TidemillError, type AliasChange, type Model } from '#contract'
import type { Rooms } from '../rooms.ts'
import { checkConsumer } from './check-consumer.ts'
import { openSubject } from './gate-subject.ts'
import { swapEndpointsOf } from './move-alias.ts'

export interface RollbackWish {
  readonly model: string
  readonly alias: string
  readonly by: string
  readonly why: string
  /** Also where an application would break. */
  readonly anyway: boolean
}

/**
 * Points an alias back at the version before. What was good enough once needs no gate and no approvals: the way back is open in the
 * middle of the night. Only who relies on the model is looked after, since they may have come later than that version.
 */
export async function rollBack(
  rooms: Rooms,
  { model, alias, by, why, anyway }: RollbackWish,
): Promise<{ readonly model: Model; readonly change: AliasChange }> {
  const last = (await rooms.registry.history(model)).find((each) => each.alias === alias)
  if (last?.from !== undefined && !anyway) {
    const broken = await brokenBy(rooms, model, alias, last.from)
    if (broken.length > 0) {
      const problem = `${broken.join(' ')} To go back all the same, ask with "anyway" (--anyway).`
      throw new TidemillError('gate_refused', { model, version: last.from, problem })
    }
  }
  const done = await rooms.registry.rollback(model, alias, { by, why })
  await swapEndpointsOf(rooms, model, alias)
  return done
}

/** What a version would break for those who rely on an alias, a sentence each. */
async function brokenBy(
  rooms: Rooms,
  model: string,
  alias: string,
  version: number,
): Promise<readonly string[]> {
  const { consumers } = await rooms.registry.guardOf(model, alias)
  if (consumers.length === 0) return []
  const subject = await openSubject(rooms, model, version, alias)
  try {
    const checks = []
    for (const consumer of consumers) checks.push(await checkConsumer(consumer, subject))
    return checks.filter((check) => !check.passed).map((check) => check.summary)
  } finally {
    await subject.close()
  }
}
