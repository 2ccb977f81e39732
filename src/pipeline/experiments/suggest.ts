import { integerBelow, normalDraw, type Random } from '#stats'
import { fromUnit, numberText, randomPoints } from './random-points.ts'
import type { Domain, Override } from './sweep.ts'

/** What was tried, by the names of its overrides, and what came of it; lower is better. */
export interface Tried {
  readonly values: Readonly<Record<string, string>>
  readonly loss: number
}

const candidates = 24

/**
 * Points that look promising after what was tried: for each parameter by itself, candidates drawn from a density of the better
 * quarter of what was tried, of which the one is taken where that density is highest against the density of the rest
 * (tree-structured Parzen estimator). Until four were tried, points are random. Values that are no numbers count by how often they
 * were among the better.
 *
 * References: Bergstra, Bardenet, Bengio, Kégl (2011), Algorithms for Hyper-Parameter Optimization, section 4.
 */
export function suggestPoints(
  overrides: readonly Override[],
  tried: readonly Tried[],
  count: number,
  random: Random,
): readonly (readonly string[])[] {
  const known = tried
    .filter(({ loss }) => Number.isFinite(loss))
    .toSorted((a, b) => a.loss - b.loss)
  if (known.length < 4) return randomPoints(overrides, count, random)
  const better = known.slice(0, Math.max(2, Math.ceil(known.length / 4)))
  const rest = known.slice(better.length)
  return Array.from({ length: count }, () =>
    overrides.map(({ name, domain }) => {
      const seen = (of: readonly Tried[]): string[] => of.flatMap((each) => each.values[name] ?? [])
      return `${name}=${promising(domain, seen(better), seen(rest), random)}`
    }),
  )
}

function promising(
  domain: Domain,
  better: readonly string[],
  rest: readonly string[],
  random: Random,
): string {
  if (domain.kind === 'values') {
    const { values } = domain
    const weight = (value: string, among: readonly string[]): number =>
      (among.filter((each) => each === value).length + 1) / (among.length + values.length)
    const drawn = Array.from({ length: candidates }, () => pick(values, better, random))
    return best(drawn, (value) => weight(value, better) / weight(value, rest))
  }
  const inside = (texts: readonly string[]): number[] =>
    texts.map((text) => toUnit(Number(text), domain)).filter((share) => share >= 0 && share <= 1)
  const [good, bad] = [inside(better), inside(rest)]
  const drawn = Array.from({ length: candidates }, () => drawNear(good, random))
  const share = best(drawn, (at) => density(at, good) / density(at, bad))
  return numberText(fromUnit(share, domain), domain)
}

/** One of the values, more often one that was among the better; each keeps a chance. */
function pick(values: readonly string[], better: readonly string[], random: Random): string {
  const all = [...values, ...better.filter((value) => values.includes(value))]
  return all[integerBelow(all.length, random)] ?? ''
}

function toUnit(value: number, { low, high, log }: Extract<Domain, { kind: 'interval' }>): number {
  return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)
}

/** How wide the bump over a point is: narrower the more points there are, and never so narrow that nothing new is tried. */
function width(points: readonly number[]): number {
  return Math.max(0.05, 0.5 / (1 + points.length))
}

/** From the uniform density or a bump over one of the points, all as likely. */
function drawNear(points: readonly number[], random: Random): number {
  const at = points[integerBelow(points.length + 1, random)]
  if (at === undefined) return random()
  for (let tries = 0; tries < 100; tries += 1) {
    const drawn = at + width(points) * normalDraw(random)
    if (drawn >= 0 && drawn <= 1) return drawn
  }
  return at
}

function density(at: number, points: readonly number[]): number {
  const w = width(points)
  const bump = (point: number): number =>
    Math.exp(-0.5 * ((at - point) / w) ** 2) / (w * Math.sqrt(2 * Math.PI))
  return (1 + points.reduce((sum, point) => sum + bump(point), 0)) / (1 + points.length)
}

function best<T>(items: readonly [T, ...T[]] | readonly T[], score: (item: T) => number): T {
  return items.reduce((a, b) => (score(b) > score(a) ? b : a))
}
