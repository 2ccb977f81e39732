import type { ColumnDrift } from '#contract'
import {
  chiSquareHomogeneity,
  countInto,
  fisherExact,
  histogram,
  kolmogorovSmirnov,
  mean,
  standardDeviation,
  totalVariation,
} from '#stats'
import { numbersOf, textsOf, type Column } from '#table'
import { peerCategorical, peerNumeric } from './peer-rule.ts'

/** One column compared, before the correction for the number of columns. */
export type RawColumnDrift = Omit<ColumnDrift, 'threshold' | 'drifted'>

const bins = 20
const shownCategories = 20
const otherCategories = 'all others'

/**
 * Compares a column of a window with the reference: the distribution of what is present (Kolmogorov–Smirnov for numbers, chi-square for
 * texts) and the share of what is missing (Fisher's exact test), whichever of the two says more, at the price of two tests. Small
 * windows and rare values get exact tests: the error budget is spent far out in the tail, where a normal approximation raises up to
 * twenty times the alarms it promises.
 */
export function columnDrift(reference: Column, current: Column): RawColumnDrift {
  const missing = [missingShare(reference), missingShare(current)] as const
  const numbers = numbersOf(reference)
  const now = numbersOf(current)
  // Two values are categories: numbers only where one of the two sides has them as such.
  const areBooleans = reference.type === 'boolean' && current.type === 'boolean'
  const own =
    numbers && now && !areBooleans
      ? numericDrift(reference.name, numbers, now)
      : textDrift(reference, current)
  const [n, m] = [reference.length, current.length]
  const [before, after] = [missing[0] * n, missing[1] * m].map(Math.round) as [number, number]
  const gone = fisherExact(before, n, after, m) ?? 1
  const byMissing = missing[0] !== missing[1] && gone < own.pValue
  return {
    ...own,
    ...(byMissing
      ? { test: 'share of missing values', statistic: Math.abs(missing[1] - missing[0]) }
      : {}),
    pValue: Math.min(1, 2 * Math.min(own.pValue, gone)),
    missingReference: missing[0],
    missingCurrent: missing[1],
  }
}

/** Rows in the reference and in the window. */
type Pair = readonly [number, number]

type Compared = Omit<RawColumnDrift, 'missingReference' | 'missingCurrent'>

function numericDrift(name: string, reference: Float64Array, current: Float64Array): Compared {
  const [x, y] = [present(reference), present(current)]
  const test = kolmogorovSmirnov(x, y)
  const { edges } = histogram(Float64Array.from([...x, ...y]), bins)
  const spread = standardDeviation(x) ?? 0
  const moved = Math.abs((mean(y) ?? NaN) - (mean(x) ?? NaN)) / spread
  return {
    column: name,
    kind: 'numeric',
    test: 'Kolmogorov–Smirnov',
    statistic: test?.statistic ?? 0,
    pValue: test?.pValue ?? 1,
    effect: Number.isFinite(moved) ? moved : 0,
    peer: { name: 'Evidently', ...finite(peerNumeric(reference, current)) },
    reference: { edges, counts: countInto(x, edges) },
    current: { edges, counts: countInto(y, edges) },
  }
}

function textDrift(reference: Column, current: Column): Compared {
  const [x, y] = [countsOf(reference), countsOf(current)]
  const names = [...new Set([...x.keys(), ...y.keys()])].toSorted(
    (a, b) => (x.get(b) ?? 0) + (y.get(b) ?? 0) - (x.get(a) ?? 0) - (y.get(a) ?? 0),
  )
  const pairs = names.map((each) => [x.get(each) ?? 0, y.get(each) ?? 0] as const)
  const [n, m] = [total([...x.values()]), total([...y.values()])]
  /** Rows of a pair that the smaller sample would have without drift. */
  const expected = ([r, c]: Pair) => ((r + c) * Math.min(n, m)) / (n + m)
  // Rare values together, as the chi-square approximation wants some of each.
  const kept = pairs.filter((pair, i) => i < shownCategories && expected(pair) >= 5)
  const rest = pairs
    .filter((pair) => !kept.includes(pair))
    .reduce<Pair>((sum, pair) => [sum[0] + pair[0], sum[1] + pair[1]], [0, 0])
  const pooled = rest[0] + rest[1] > 0 ? [...kept, rest] : kept
  const test = textTest(kept, rest, expected(rest) >= 5)
  const labels = [...kept.map((pair) => names[pairs.indexOf(pair)] ?? ''), otherCategories]
  return {
    column: reference.name,
    kind: 'categorical',
    ...test,
    effect:
      totalVariation(
        pooled.map(([r]) => r),
        pooled.map(([, c]) => c),
      ) ?? 0,
    peer: { name: 'Evidently', ...finite(peerCategorical(pairs)) },
    categories: pooled.map(([r, c], i) => ({
      value: labels[i] ?? otherCategories,
      reference: n === 0 ? 0 : r / n,
      current: m === 0 ? 0 : c / m,
    })),
  }
}

/**
 * Chi-square over what both samples have enough of. What is too rare for it, even together, is tested by itself, exactly: a value the
 * reference never had is found there.
 */
function textTest(
  kept: readonly Pair[],
  rest: Pair,
  restIsCommon: boolean,
): Pick<Compared, 'test' | 'statistic' | 'pValue'> {
  const common = restIsCommon ? [...kept, rest] : kept
  const [x, y] = [common.map(([r]) => r), common.map(([, c]) => c)]
  const test = chiSquareHomogeneity(x, y)
  const byShares = {
    test: 'chi-square',
    statistic: test?.statistic ?? 0,
    pValue: test?.pValue ?? 1,
  }
  if (restIsCommon || rest[0] + rest[1] === 0) return byShares
  const [n, m] = [total(x) + rest[0], total(y) + rest[1]]
  const rare = fisherExact(rest[0], n, rest[1], m) ?? 1
  const pValue = Math.min(1, 2 * Math.min(byShares.pValue, rare))
  if (rare >= byShares.pValue) return { ...byShares, pValue }
  return { test: 'share of rare values', statistic: Math.abs(rest[1] / m - rest[0] / n), pValue }
}

/** A score that could not be computed counts as no difference. */
function finite<V extends { score: number; drifted: boolean }>(verdict: V): V {
  return Number.isFinite(verdict.score) ? verdict : { ...verdict, score: 0, drifted: false }
}

function missingShare(column: Column): number {
  const numbers = numbersOf(column)
  if (column.length === 0) return 0
  const gone = numbers
    ? numbers.filter(Number.isNaN).length
    : textsOf(column).filter((text) => text === null).length
  return gone / column.length
}

function present(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value))
}

function countsOf(column: Column): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of textsOf(column))
    if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
