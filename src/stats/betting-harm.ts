/**
 * Evidence, valid at any time, that errors come more often than a promised rate: the wealth of a gambler who bets against
 * "the rate is at most `promised`". Each outcome multiplies the wealth by 1 + λ(error − promised); λ is chosen before the outcome
 * from the errors seen so far (a growth-rate-optimal plug-in, kept within [0, ½/promised]). Under the promise the wealth is a
 * supermartingale, so the chance that it ever reaches 1/α is at most α, however often one looks (Ville's inequality).
 * Outcomes are 1 for an error, 0 otherwise.
 *
 * References: Waudby-Smith, Ramdas (2024), Estimating means of bounded random variables by betting. Podkopaev, Ramdas (2022),
 * Tracking the risk of a deployed model and detecting harmful distribution shifts.
 */
export function bettingHarm(errors: ArrayLike<number>, promised: number): number {
  if (!(promised > 0 && promised < 1))
    throw new RangeError(`a promised rate is in (0, 1), not ${promised}`)
  let logWealth = 0
  let largest = 0
  let [seen, wrong] = [0, 0]
  for (let i = 0; i < errors.length; i++) {
    const error = errors[i] ?? 0
    // Half a pseudo-observation at the promised rate: the first bet is zero.
    const rate = (wrong + promised) / (seen + 1)
    const edge = (rate - promised) / (promised * (1 - promised))
    const stake = Math.min(Math.max(edge, 0), 0.5 / promised)
    logWealth += Math.log1p(stake * (error - promised))
    largest = Math.max(largest, logWealth)
    seen++
    wrong += error
  }
  return Math.exp(largest)
}
