/**
 * P-values adjusted by Benjamini and Hochberg's step-up procedure, in the order given: rejecting those at most q keeps the expected
 * share of false ones among the rejected at most q, for independent or positively dependent tests. NaNs stay NaN.
 *
 * References: Benjamini, Hochberg (1995), Controlling the false discovery rate.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = pValues
    .map((p, index) => ({ p, index }))
    .filter(({ p }) => !Number.isNaN(p))
    .toSorted((x, y) => y.p - x.p)
  const adjusted = pValues.map(() => NaN)
  let running = 1
  order.forEach(({ p, index }, fromTop) => {
    running = Math.min(running, (p * order.length) / (order.length - fromTop))
    adjusted[index] = running
  })
  return adjusted
}
