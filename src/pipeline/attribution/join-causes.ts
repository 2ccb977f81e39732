import { TidemillError } from '#contract/error'
import type { Cause } from './causes.ts'

/** Makes one cause of several, for each list of ids. Errors: `not_found`. */
export function joinCauses(
  causes: readonly Cause[],
  lists: readonly (readonly string[])[],
): readonly Cause[] {
  let left = causes
  for (const ids of lists) {
    const chosen = ids.map((id) => {
      const found = left.find((cause) => cause.id === id)
      if (!found)
        throw new TidemillError('not_found', {
          kind: 'cause',
          name: `${id}; there are ${left.map((cause) => cause.id).join(', ') || 'none'}`,
        })
      return found
    })
    const [first] = chosen
    if (!first || chosen.length < 2) continue
    const joined: Cause = {
      id: chosen.map((cause) => cause.id).join('+'),
      kind: first.kind,
      title: chosen.map((cause) => cause.title).join(' with '),
      changes: chosen.flatMap((cause) => cause.changes),
      swaps: chosen.flatMap((cause) => cause.swaps),
    }
    left = left.flatMap((cause) =>
      cause === first ? [joined] : chosen.includes(cause) ? [] : [cause],
    )
  }
  return left
}
