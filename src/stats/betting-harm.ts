/** How a bet against a promised rate stands after the outcomes it has seen; plain numbers, so that it can be kept and gone on with. */
export interface HarmBet {
  readonly logWealth: number
  /** The most it ever was: evidence does not go away. */
  readonly logLargest: number
  readonly outcomes: number
  readonly errors: number
}

export const noBet: HarmBet = { logWealth: 0, logLargest: 0, outcomes: 0, errors: 0 }

/**
 * Evidence, valid at any time, that errors come more often than a promised rate: the wealth of a gambler who bets against
 * "the rate is at most `promised`". Each outcome multiplies the wealth by 1 + λ(error − promised); λ is chosen before the outcome
 * from the errors seen so far (a growth-rate-optimal plug-in, kept within [0, ½/promised]). Under the promise the wealth is a
 * supermartingale, so the chance that it ever reaches 1/α is at most α, however often one looks (Ville's inequality) – as long as
 * it is one bet: begun anew at each look, each would have a chance of its own. Outcomes are 1 for an error, 0 otherwise, each
 * given once, in the order in which they came.
 *
 * References: Waudby-Smith, Ramdas (2024), Estimating means of bounded random variables by betting. Podkopaev, Ramdas (2022),
 * Tracking the risk of a deployed model and detecting harmful distribution shifts.
 */
export function betOnHarm(before: HarmBet, outcomes: ArrayLike<number>, promised: number): HarmBet {
  if (!(promised > 0 && promised < 1))
    throw new RangeError(`a promised rate is in (0, 1), not ${promised}`)
  let { logWealth, logLargest, outcomes: seen, errors } = before
  for (let i = 0; i < outcomes.length; i++) {
    const error = outcomes[i] ?? 0
    // One pseudo-observation at the promised rate: the first bet is zero.
    const rate = (errors + promised) / (seen + 1)
    const edge = (rate - promised) / (promised * (1 - promised))
    const stake = Math.min(Math.max(edge, 0), 0.5 / promised)
    logWealth += Math.log1p(stake * (error - promised))
    logLargest = Math.max(logLargest, logWealth)
    seen++
    errors += error
  }
  return { logWealth, logLargest, outcomes: seen, errors }
}

/** The most the wealth ever was, as a finite number. */
export function evidenceOf({ logLargest }: HarmBet): number {
  return Math.min(Number.MAX_VALUE, Math.exp(logLargest))
}
