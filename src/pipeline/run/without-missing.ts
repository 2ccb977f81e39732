import type { Reason } from '../reason.ts'

/** What is left when recorded data that is not here counts as unchanged. */
export function withoutMissing(reasons: readonly Reason[]): readonly Reason[] {
  const missing = ({ kind, state, old }: Reason): boolean =>
    old !== null &&
    ((kind === 'dep' && state === 'deleted') ||
      (kind === 'out' && (state === 'deleted' || state === 'not in cache')))
  return reasons.filter((reason) => !missing(reason))
}
