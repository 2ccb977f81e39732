import { shuffledIndices, type Random } from '#stats'

export interface ExplainRequest {
  /** The risk of each of several rows of feature values. */
  readonly risk: (rows: readonly (readonly Value[])[]) => Promise<readonly number[]>
  readonly row: readonly Value[]
  /** Rows that stand for the average case. */
  readonly background: readonly (readonly Value[])[]
  readonly random: Random
  /** Orders of the features that are walked, each there and back. */
  readonly rounds?: number
}

type Value = number | string | boolean | null

/**
 * How much each feature moved the risk of one row away from the average over the background: Shapley values by walking random orders
 * of the features, each also backwards, switching one value at a time from a background row to the row explained. The values sum
 * exactly to risk(row) − mean risk of the background rows that were used.
 *
 * References: Shapley (1953), A value for n-person games. Castro, Gómez, Tejada (2009), Polynomial calculation of the Shapley value
 * based on sampling. Mitchell et al. (2022), Sampling permutations for Shapley value estimation.
 */
export async function explainRow({
  risk,
  row,
  background,
  random,
  rounds = 16,
}: ExplainRequest): Promise<readonly number[]> {
  const features = row.length
  if (background.length === 0 || features === 0) return row.map(() => 0)
  const walks: { order: readonly number[]; start: readonly Value[] }[] = []
  for (let round = 0; round < rounds; round++) {
    const order = shuffledIndices(features, random)
    const start = background[round % background.length] ?? row
    walks.push({ order, start }, { order: order.toReversed(), start })
  }
  // One call for all the rows of all the walks: a model answers a batch in little more time than a row.
  const points = walks.flatMap(({ order, start }) => {
    const current = [...start]
    return [
      [...current],
      ...order.map((feature) => {
        current[feature] = row[feature] ?? null
        return [...current]
      }),
    ]
  })
  const risks = await risk(points)
  const contributions = row.map(() => 0)
  walks.forEach(({ order }, walk) => {
    const base = walk * (features + 1)
    order.forEach((feature, step) => {
      const moved = (risks[base + step + 1] ?? 0) - (risks[base + step] ?? 0)
      contributions[feature] = (contributions[feature] ?? 0) + moved / walks.length
    })
  })
  return contributions
}
