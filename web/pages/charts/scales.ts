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

/**
 * A logarithmic scale with a tick for each power of ten, and two between where it spans few. Its domain is above nought: of any other, as
 * where there is nothing to draw yet, one power of ten stands in.
 */
export function logScale(
  domain: readonly [number, number],
  range: readonly [number, number],
): Scale {
  const [first, last] = domain[0] > 0 ? domain : [1, 10]
  const [low, high] = first === last ? [first / 2, last * 2] : [first, last]
  const [from, to] = [Math.log10(low), Math.log10(high)]
  const place = (value: number) =>
    range[0] + ((Math.log10(value) - from) / (to - from)) * (range[1] - range[0])
  const powers: number[] = []
  for (let power = Math.ceil(from); power <= Math.floor(to); power++) powers.push(10 ** power)
  const between = powers
    .concat(low)
    .flatMap((power) => multiples(10 ** Math.floor(Math.log10(power))))
  const within = [...new Set(between)].filter((tick) => tick >= low && tick <= high)
  const ticks =
    powers.length > 2
      ? powers
      : within.length > 1
        ? within.toSorted((a, b) => a - b)
        : ticksOf(low, high, 4)
  return Object.assign(place, { ticks, domain: [low, high] as const })
}

/** What a power of ten is divided into where a scale spans few of them. */
function multiples(power: number): readonly number[] {
  return [1, 2, 5].map((factor) => Number((factor * power).toPrecision(12)))
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
