import { TidemillError } from '#contract'

/** Settings of a place, given as `name=value`. */
export function settingsOf(given: readonly string[] = []): ReadonlyMap<string, string> {
  return new Map(
    given.map((each) => {
      const equals = each.indexOf('=')
      if (equals < 1)
        throw new TidemillError('bad_request', {
          problem: `"${each}" is no setting: write name=value.`,
        })
      return [each.slice(0, equals), each.slice(equals + 1)]
    }),
  )
}
