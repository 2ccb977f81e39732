/**
 * Fisher's exact test that two samples have the same share of hits, two-sided: given how many hits there are in all, the chance of
 * a division of them at most as likely as the one seen. Conservative, as whole numbers leave gaps; undefined for an empty sample.
 * Relative error about 1e-12; below 1e-300 it may be 0.
 *
 * References: Fisher (1935), The logic of inductive inference. Agresti (1992), A survey of exact inference for contingency tables.
 */
export function fisherExact(
  hits: number,
  total: number,
  otherHits: number,
  otherTotal: number,
): number | undefined {
  if (total === 0 || otherTotal === 0) return undefined
  const all = hits + otherHits
  const least = Math.max(0, all - otherTotal)
  const most = Math.min(all, total)
  /** How much likelier one hit more in the first sample is than `k`. */
  const ratio = (k: number): number =>
    ((all - k) * (total - k)) / ((k + 1) * (otherTotal - all + k + 1))
  const mode = Math.min(
    most,
    Math.max(least, Math.floor(((all + 1) * (total + 1)) / (total + otherTotal + 2))),
  )
  const weights = new Float64Array(most - least + 1)
  weights[mode - least] = 1
  for (let k = mode; k < most; k++) weights[k + 1 - least] = (weights[k - least] ?? 0) * ratio(k)
  for (let k = mode; k > least; k--) {
    weights[k - 1 - least] = (weights[k - least] ?? 0) / ratio(k - 1)
  }
  // Divisions that are equally likely differ in the last digits.
  const bound = (weights[hits - least] ?? 0) * (1 + 1e-9)
  let [sum, extreme] = [0, 0]
  for (const weight of weights) {
    sum += weight
    if (weight <= bound) extreme += weight
  }
  return extreme / sum
}
