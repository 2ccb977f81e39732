/**
 * Fleiss' kappa: the agreement of several annotators on nominal labels beyond what their label shares give by chance.
 * `counts[item][category]` is how many annotators gave the item that category; items with fewer than two are left out, and
 * items may have different numbers of annotators. Undefined without such items or when every label is the same.
 *
 * References: Fleiss (1971), Measuring nominal scale agreement among many raters.
 */
export function fleissKappa(counts: readonly (readonly number[])[]): number | undefined {
  const items = counts.filter((item) => sum(item) >= 2)
  if (items.length === 0) return undefined
  const total = sum(items.map(sum))
  const categories = Math.max(...items.map((item) => item.length))
  let expected = 0
  for (let category = 0; category < categories; category++) {
    const share = sum(items.map((item) => item[category] ?? 0)) / total
    expected += share * share
  }
  if (expected === 1) return undefined
  const observed =
    sum(
      items.map((item) => {
        const raters = sum(item)
        return (sum(item.map((count) => count * count)) - raters) / (raters * (raters - 1))
      }),
    ) / items.length
  return (observed - expected) / (1 - expected)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
