/**
 * P-values adjusted by Holm's step-down procedure, in the order given: rejecting those at most α keeps the chance of any false
 * rejection at most α, whatever the dependence. NaNs stay NaN and do not count.
 *
 * References: Holm (1979), A simple sequentially rejective multiple test procedure.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues
    .map((p, index) => ({ p, index }))
    .filter(({ p }) => !Number.isNaN(p))
    .toSorted((x, y) => x.p - y.p)
  const adjusted = pValues.map(() => NaN)
  let running = 0
  order.forEach(({ p, index }, rank) => {
    running = Math.max(running, Math.min(1, p * (order.length - rank)))
    adjusted[index] = running
  })
  return adjusted
}
