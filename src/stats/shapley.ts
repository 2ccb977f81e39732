import { mean } from './mean.ts'
import { shuffledIndices, type Random } from './random.ts'
import { variance } from './variance.ts'

/** Players as bits: bit i says whether player i is in. */
export type Coalition = bigint

/** What a coalition is worth; `undefined` where that is not known. */
export type Worth = (coalition: Coalition) => number | undefined

export interface ShapleyShare {
  readonly share: number
  /** Of the estimate; 0 for one that is exact, `undefined` where a single pair of orders cannot tell. */
  readonly standardError: number | undefined
}

export function everyone(players: number): Coalition {
  return (1n << BigInt(players)) - 1n
}

export function withPlayer(coalition: Coalition, player: number): Coalition {
  return coalition | (1n << BigInt(player))
}

export function hasPlayer(coalition: Coalition, player: number): boolean {
  return ((coalition >> BigInt(player)) & 1n) === 1n
}

/**
 * Each player's share of what all are worth together, over what none are worth: the mean of what a player adds over all orders in
 * which they can join. The shares sum to the whole, a player that never adds anything gets 0, and two that add the same get the
 * same. `undefined` when the worth of any coalition is not known. Needs the 2^n coalitions of n players.
 *
 * References: Shapley (1953), A value for n-person games.
 */
export function exactShapley(players: number, worth: Worth): readonly number[] | undefined {
  const shares = Array.from({ length: players }, () => 0)
  const weights = joinWeights(players)
  for (let coalition = 0n; coalition <= everyone(players); coalition++) {
    const value = worth(coalition)
    if (value === undefined) return undefined
    for (let player = 0; player < players; player++) {
      shares[player] = (shares[player] ?? 0) + signedWeight(coalition, player, weights) * value
    }
  }
  return shares
}

/**
 * The variance of each exact share when the worth of every coalition was measured with a variance of its own, independently: a
 * share is a weighted sum of worths, so its variance is that of the sum.
 */
export function shapleyNoise(
  players: number,
  varianceOf: (coalition: Coalition) => number,
): readonly number[] {
  const found = Array.from({ length: players }, () => 0)
  const weights = joinWeights(players)
  for (let coalition = 0n; coalition <= everyone(players); coalition++) {
    const own = varianceOf(coalition)
    for (let player = 0; player < players; player++) {
      found[player] = (found[player] ?? 0) + signedWeight(coalition, player, weights) ** 2 * own
    }
  }
  return found
}

/** The chance that exactly these come before a player in a random order, by how many they are: s! (n − s − 1)! / n!. */
function joinWeights(players: number): readonly number[] {
  const weights: number[] = []
  let weight = players === 0 ? 0 : 1 / players
  for (let before = 0; before < players; before++) {
    weights.push(weight)
    weight *= (before + 1) / Math.max(1, players - before - 1)
  }
  return weights
}

function signedWeight(coalition: Coalition, player: number, weights: readonly number[]): number {
  const size = sizeOf(coalition)
  return hasPlayer(coalition, player) ? (weights[size - 1] ?? 0) : -(weights[size] ?? 0)
}

function sizeOf(coalition: Coalition): number {
  let size = 0
  for (let rest = coalition; rest > 0n; rest &= rest - 1n) size += 1
  return size
}

/** A random order of the players and its reverse, whose errors go against each other. */
export function orderPair(
  players: number,
  random: Random,
): readonly [readonly number[], readonly number[]] {
  const order = shuffledIndices(players, random)
  return [order, order.toReversed()]
}

/** The coalitions that an order passes through, from nobody to everybody. */
export function coalitionsOf(order: readonly number[]): readonly Coalition[] {
  const passed: Coalition[] = [0n]
  for (const player of order) passed.push(withPlayer(passed.at(-1) ?? 0n, player))
  return passed
}

/**
 * Shares estimated from pairs of orders, an order and its reverse: the mean over the pairs of what a player added in them, with the
 * standard error of that mean. The estimates sum to the whole, as in every single order. Pairs that pass through a coalition whose
 * worth is not known are left out; `undefined` when none is left.
 *
 * References: Castro, Gómez, Tejada (2009), Polynomial calculation of the Shapley value based on sampling. Mitchell, Cooper, Frank,
 * Holmes (2022), Sampling permutations for Shapley value estimation (antithetic pairs).
 */
export function sampledShapley(
  players: number,
  pairs: readonly (readonly [readonly number[], readonly number[]])[],
  worth: Worth,
): readonly ShapleyShare[] | undefined {
  const added: number[][] = Array.from({ length: players }, () => [])
  for (const [order, reverse] of pairs) {
    const [one, other] = [gains(order, worth), gains(reverse, worth)]
    if (one === undefined || other === undefined) continue
    for (let player = 0; player < players; player++) {
      added[player]?.push(((one[player] ?? 0) + (other[player] ?? 0)) / 2)
    }
  }
  if (players > 0 && added[0]?.length === 0) return undefined
  return added.map((each) => {
    const spread = variance(each)
    return {
      share: mean(each) ?? 0,
      standardError:
        each.length < 2 || spread === undefined ? undefined : Math.sqrt(spread / each.length),
    }
  })
}

function gains(order: readonly number[], worth: Worth): readonly number[] | undefined {
  const values = coalitionsOf(order).map(worth)
  const found: number[] = []
  for (const [step, player] of order.entries()) {
    const [before, after] = [values[step], values[step + 1]]
    if (before === undefined || after === undefined) return undefined
    found[player] = after - before
  }
  return found
}
