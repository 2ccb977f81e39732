import { isDeepStrictEqual } from 'node:util'

/** Whether something that was asked is not asked any more: each of what was must be there, as it was. */
export function asksLess(before: readonly object[], after: readonly object[]): boolean {
  return before.some((each) => !after.some((other) => isSame(each, other)))
}

/** Whether two records say the same, whatever the order of their fields. */
export function isSame(one: object, other: object): boolean {
  return isDeepStrictEqual(one, other)
}
