/** A scale from values to pixels. */
export interface Scale {
  (value: number): number
  readonly ticks: readonly number[]
  readonly domain: readonly [number, number]
}

/** A linear scale with round ticks about `count` of them. */
export function linearScale(
  domain: readonly [number, number],
  range: readonly [number, number],
  count = 5,
): Scale {
  const [low, high] = widened(domain)
  const place = (value: number) => range[0] + ((value - low) / (high - low)) * (range[1] - range[0])
  return Object.assign(place, { ticks: ticksOf(low, high, count), domain: [low, high] as const })
}

/** A logarithmic scale with a tick for each power of ten, or round ones within one; its domain is above nought. */
export function logScale(
  domain: readonly [number, number],
  range: readonly [number, number],
): Scale {
  const [low, high] = domain[0] === domain[1] ? [domain[0] / 2, domain[1] * 2] : domain
  const [from, to] = [Math.log10(low), Math.log10(high)]
  const place = (value: number) =>
    range[0] + ((Math.log10(value) - from) / (to - from)) * (range[1] - range[0])
  const powers: number[] = []
  for (let power = Math.ceil(from); power <= Math.floor(to); power++) powers.push(10 ** power)
  const ticks = powers.length >= 2 ? powers : ticksOf(low, high, 4)
  return Object.assign(place, { ticks, domain: [low, high] as const })
}

export function extent(values: readonly number[]): readonly [number, number] | undefined {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return low > high ? undefined : [low, high]
}

function widened([low, high]: readonly [number, number]): readonly [number, number] {
  if (low !== high) {
    const room = (high - low) * 0.04
    return [low - room, high + room]
  }
  const room = low === 0 ? 1 : Math.abs(low) * 0.1
  return [low - room, high + room]
}

/** Round numbers from low to high: of the steps of 1, 2 or 5 times a power of ten that whose number of ticks is nearest. */
function ticksOf(low: number, high: number, count: number): readonly number[] {
  const rough = (high - low) / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  // Two steps are equally far from what lies at their geometric mean.
  const [, factor] = steps.findLast(([from]) => rough >= from * power) ?? [1, 1]
  const step = factor * power
  const ticks: number[] = []
  for (let index = Math.ceil(low / step); index * step <= high + step * 1e-9; index++) {
    ticks.push(Number((index * step).toPrecision(12)))
  }
  return ticks
}

/** From which multiple of a power of ten on a step is the nearest. */
const steps = [
  [1, 1],
  [Math.sqrt(2), 2],
  [Math.sqrt(10), 5],
  [Math.sqrt(50), 10],
] as const
