import type { AttributionShare } from '#contract'
import {
  exactShapley,
  hasPlayer,
  mean,
  sampledShapley,
  shapleyNoise,
  studentQuantile,
  variance,
  withPlayer,
  type Coalition,
} from '#stats'
import type { Schedule } from './schedule.ts'

export interface MetricShares {
  readonly method: 'exact' | 'sampled'
  readonly shares: readonly AttributionShare[]
}

/**
 * The shares of the causes in one metric, from what it was in the coalitions that were run; `felt` are the causes that it can feel,
 * the others share nothing. `undefined` when too little was run.
 */
export function metricShares(
  ids: readonly string[],
  felt: Coalition,
  samples: ReadonlyMap<Coalition, readonly number[]>,
  schedule: Schedule,
): MetricShares | undefined {
  const players = ids.flatMap((_, player) => (hasPlayer(felt, player) ? [player] : []))
  const told = new Map<Coalition, readonly number[]>()
  for (const [coalition, values] of samples)
    if (!told.has(coalition & felt)) told.set(coalition & felt, values)
  const own = (coalition: Coalition): Coalition =>
    players.reduce(
      (whole, player, index) => (hasPlayer(coalition, index) ? withPlayer(whole, player) : whole),
      0n,
    )
  // beyond some 20 causes the worths of all coalitions could not even be asked for
  const exact =
    schedule.method === 'exact' || players.length < 12
      ? exactShapley(players.length, (coalition) => mean(told.get(own(coalition)) ?? []))
      : undefined
  if (exact) {
    // what only rounding adds is nothing
    const size = Math.max(...[...told.values()].flat().map(Math.abs))
    const clean = exact.map((share) => (Math.abs(share) <= 1e-12 * size ? 0 : share))
    const repeats = Math.max(...[...told.values()].map((values) => values.length))
    const noise =
      repeats < 2
        ? undefined
        : shapleyNoise(players.length, (coalition) => {
            const values = told.get(own(coalition)) ?? []
            return (variance(values) ?? 0) / values.length
          })
    const degrees = (repeats - 1) * told.size
    return {
      method: 'exact',
      shares: players.map((player, index) =>
        shareOf(
          ids[player] ?? '',
          clean[index] ?? NaN,
          noise ? Math.sqrt(noise[index] ?? 0) : 0,
          degrees,
        ),
      ),
    }
  }
  const worth = (coalition: Coalition) => mean(told.get(coalition & felt) ?? [])
  const whole = schedule.pairs.filter((pair) => sampledShapley(ids.length, [pair], worth))
  const sampled = sampledShapley(ids.length, whole, worth)
  if (!sampled) return undefined
  return {
    method: 'sampled',
    shares: players.map((player) => {
      const { share = NaN, standardError } = sampled[player] ?? {}
      return shareOf(ids[player] ?? '', share, standardError, whole.length - 1)
    }),
  }
}

function shareOf(
  cause: string,
  share: number,
  standardError: number | undefined,
  degrees: number,
): AttributionShare {
  if (standardError === undefined) return { cause, share }
  const half = standardError === 0 ? 0 : studentQuantile(0.975, degrees) * standardError
  return {
    cause,
    share,
    standardError,
    ...(half > 0 ? { low: share - half, high: share + half } : {}),
  }
}
