/**
 * Exponential moving average: s_t = w s_{t-1} + (1 - w) x_t, divided by 1 - w^t so that it does not begin near nought.
 * A value that is not finite is passed over: the average stays what it was.
 *
 * @param weight of what came before, from 0 (the values themselves) to below 1
 *
 * References: Kingma and Ba (2015), Adam: A Method for Stochastic Optimization, section 3 (the correction of the beginning).
 */
export function smooth(values: readonly number[], weight: number): readonly number[] {
  let sum = 0
  let left = 1
  return values.map((value) => {
    if (Number.isFinite(value)) {
      sum = weight * sum + (1 - weight) * value
      left *= weight
    }
    return left === 1 ? value : sum / (1 - left)
  })
}
