import {
  coalitionsOf,
  everyone,
  hasPlayer,
  orderPair,
  seeded,
  withPlayer,
  type Coalition,
} from '#stats'

export interface Schedule {
  readonly method: 'exact' | 'sampled'
  /** What to run, in this order: also what was run when the time is over gives whole pairs of orders. */
  readonly coalitions: readonly Coalition[]
  readonly pairs: readonly (readonly [readonly number[], readonly number[]])[]
}

export interface ScheduleOptions {
  /** So many coalitions at most; one pair of orders always. */
  readonly runs: number
  readonly seed: number
}

/** Pairs that go first in an exact schedule, for the case that time ends it. */
const firstPairs = 4

/**
 * Which coalitions of causes to run. Each metric feels a set of them (`felt`), so a coalition is run only where it tells some metric
 * a worth that no earlier one has told: exactly all of those where they are few enough, else those on pairs of random orders.
 */
export function scheduleRuns(
  players: number,
  felt: readonly Coalition[],
  { runs, seed }: ScheduleOptions,
): Schedule {
  const random = seeded(seed)
  const everything = collector(felt)
  everything.offer([0n, everyone(players)])
  const pairs = Array.from({ length: firstPairs }, () => orderPair(players, random))
  for (const pair of pairs) everything.offer(pair.flatMap(coalitionsOf))
  const sets = [...new Set(felt)].sort((a, b) => Number(countOf(b) - countOf(a)))
  const small = sets.every((set) => 2 ** countOf(set) <= 2 * runs)
  if (small) {
    for (const set of sets) everything.offer(subsetsOf(set))
    if (everything.found.length <= runs)
      return { method: 'exact', coalitions: everything.found, pairs }
  }
  const some = collector(felt)
  some.offer([0n, everyone(players)])
  const drawn: (readonly [readonly number[], readonly number[]])[] = []
  const again = seeded(seed)
  for (let tries = 0; tries < runs; tries++) {
    const pair = orderPair(players, again)
    const passed = pair.flatMap(coalitionsOf)
    if (drawn.length > 0 && some.found.length + some.unknown(passed) > runs) break
    some.offer(passed)
    drawn.push(pair)
  }
  return { method: 'sampled', coalitions: some.found, pairs: drawn }
}

/** Keeps coalitions that tell some set of causes something new. */
function collector(felt: readonly Coalition[]) {
  const sets = [...new Set(felt)]
  const known = new Set<string>()
  const found: Coalition[] = []
  const tells = (coalition: Coalition) =>
    sets.map((set) => `${set} ${coalition & set}`).filter((name) => !known.has(name))
  return {
    found,
    offer(coalitions: Iterable<Coalition>) {
      for (const coalition of coalitions) {
        const fresh = tells(coalition)
        if (fresh.length === 0) continue
        for (const name of fresh) known.add(name)
        found.push(coalition)
      }
    },
    unknown: (coalitions: readonly Coalition[]) =>
      new Set(coalitions.filter((coalition) => tells(coalition).length > 0)).size,
  }
}

function* subsetsOf(set: Coalition): Generator<Coalition> {
  const players: number[] = []
  for (let player = 0; set >> BigInt(player) > 0n; player++)
    if (hasPlayer(set, player)) players.push(player)
  for (let mask = 0n; mask < 1n << BigInt(players.length); mask++) {
    let coalition = 0n
    for (const [index, player] of players.entries())
      if (hasPlayer(mask, index)) coalition = withPlayer(coalition, player)
    yield coalition
  }
}

function countOf(set: Coalition): number {
  let count = 0
  for (let rest = set; rest > 0n; rest &= rest - 1n) count += 1
  return count
}
