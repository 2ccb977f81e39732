import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  coalitionsOf,
  everyone,
  exactShapley,
  hasPlayer,
  orderPair,
  sampledShapley,
  seeded,
  shapleyNoise,
  studentQuantile,
  type Coalition,
} from '#stats'

function near(actual: number, expected: number, tolerance = 1e-12): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`)
}

/** A game of worths drawn at random, one a coalition. */
function randomGame(players: number, seed: number): (coalition: Coalition) => number {
  const random = seeded(seed)
  const worths = Array.from({ length: 2 ** players }, () => random() * 10 - 5)
  return (coalition) => worths[Number(coalition)] ?? NaN
}

test('the airport game has the shares of Littlechild and Owen: each part of the runway is divided among those who need it', () => {
  // Littlechild, Owen (1973): runway costs 1, 3, 6; shares 1/3, 1/3 + 2/2, 1/3 + 2/2 + 3/1
  const needs = [1, 3, 6]
  const worth = (coalition: Coalition) =>
    Math.max(0, ...needs.filter((_, player) => hasPlayer(coalition, player)))
  const shares = exactShapley(3, worth) ?? []
  ;[1 / 3, 4 / 3, 13 / 3].forEach((expected, player) => near(shares[player] ?? NaN, expected))
})

test('the glove game has its known shares: 2/3 for the one left glove, 1/6 for each of two right ones', () => {
  const worth = (coalition: Coalition) =>
    hasPlayer(coalition, 0) && (hasPlayer(coalition, 1) || hasPlayer(coalition, 2)) ? 1 : 0
  const shares = exactShapley(3, worth) ?? []
  ;[2 / 3, 1 / 6, 1 / 6].forEach((expected, player) => near(shares[player] ?? NaN, expected))
})

test('shares sum to the whole change in any game', () => {
  for (const players of [0, 1, 2, 5, 8]) {
    const worth = randomGame(players, players + 1)
    const shares = exactShapley(players, worth) ?? []
    near(
      shares.reduce((sum, share) => sum + share, 0),
      worth(everyone(players)) - worth(0n),
      1e-9,
    )
  }
})

test('who never adds anything gets 0, and two who add the same get the same', () => {
  const inner = randomGame(3, 7)
  // player 3 is a dummy; players 1 and 2 are made alike by how many of them are in
  const worth = (coalition: Coalition) => {
    const both = Number(hasPlayer(coalition, 1)) + Number(hasPlayer(coalition, 2))
    return inner(BigInt(Number(hasPlayer(coalition, 0)) + 2 * Number(both > 0))) + both * 0.25
  }
  const shares = exactShapley(4, worth) ?? []
  near(shares[3] ?? NaN, 0)
  near((shares[1] ?? NaN) - (shares[2] ?? NaN), 0)
})

test('a worth that is not known leaves exact shares undefined', () => {
  assert.equal(
    exactShapley(2, (coalition) => (coalition === 2n ? undefined : 1)),
    undefined,
  )
})

test('sampled shares sum to the whole, come near the exact ones, and their intervals hold them as often as they say', () => {
  const players = 5
  let [held, asked] = [0, 0]
  for (let seed = 1; seed <= 60; seed++) {
    const worth = randomGame(players, seed)
    const exact = exactShapley(players, worth) ?? []
    const random = seeded(1000 + seed)
    const pairs = Array.from({ length: 12 }, () => orderPair(players, random))
    const sampled = sampledShapley(players, pairs, worth) ?? []
    near(
      sampled.reduce((sum, each) => sum + each.share, 0),
      worth(everyone(players)) - worth(0n),
      1e-9,
    )
    const wide = studentQuantile(0.975, pairs.length - 1)
    for (const [player, { share, standardError = NaN }] of sampled.entries()) {
      asked += 1
      if (Math.abs(share - (exact[player] ?? NaN)) <= wide * standardError) held += 1
    }
  }
  // 300 intervals at 95 %; five standard deviations of a binomial are 6.3 %
  assert.ok(held / asked > 0.887, `${held} of ${asked} intervals hold the exact share`)
})

test('a pair of orders goes through the same coalitions whenever the seed is the same, and a pair that lacks one is left out', () => {
  const [order, reverse] = orderPair(6, seeded(4))
  assert.deepEqual(orderPair(6, seeded(4)), [order, reverse])
  assert.deepEqual(reverse, [...order].reverse())
  const passed = coalitionsOf(order)
  assert.deepEqual([passed[0], passed.at(-1)], [0n, 63n])
  assert.equal(
    sampledShapley(6, [[order, reverse]], (coalition) => (coalition === 0n ? undefined : 1)),
    undefined,
  )
  const [one] = sampledShapley(6, [[order, reverse]], (coalition) => Number(coalition)) ?? []
  assert.equal(one?.standardError, undefined)
})

test('noise of the measurements goes into the shares by their weights', () => {
  // two players: a share is half of v(1) − v(0) and half of v(12) − v(2), so its variance is 4 · ¼ σ²
  assert.deepEqual(
    shapleyNoise(2, () => 0.5),
    [0.5, 0.5],
  )
  // by simulation for three
  const random = seeded(9)
  const drawn = Array.from({ length: 4000 }, () => {
    const worth = Array.from({ length: 8 }, () => random())
    return exactShapley(3, (coalition) => worth[Number(coalition)])?.[0] ?? NaN
  })
  const average = drawn.reduce((sum, x) => sum + x, 0) / drawn.length
  const spread = drawn.reduce((sum, x) => sum + (x - average) ** 2, 0) / (drawn.length - 1)
  near(shapleyNoise(3, () => 1 / 12)[0] ?? NaN, spread, 0.006)
})

test('quantiles of Student’s t are those of the printed tables', () => {
  // Abramowitz, Stegun (1964), table 26.10
  const table = [
    [0.975, 1, 12.706],
    [0.975, 2, 4.303],
    [0.975, 9, 2.262],
    [0.995, 4, 4.604],
    [0.95, 30, 1.697],
  ] as const
  for (const [p, degrees, expected] of table) near(studentQuantile(p, degrees), expected, 5e-4)
  near(studentQuantile(0.025, 9), -studentQuantile(0.975, 9))
  assert.ok(Number.isNaN(studentQuantile(0.5, 0)))
})
