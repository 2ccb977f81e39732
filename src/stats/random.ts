/** Numbers in [0, 1), uniform. Every function that needs chance takes one, so that a seed repeats it. */
export type Random = () => number

/**
 * A seeded generator: sfc32, started from the seed by splitmix32. Passes PractRand to 8 TB; not for secrets.
 *
 * References: Doty-Humphrey (2010), PractRand. Steele, Lea, Flood (2014), Fast splittable pseudorandom number generators.
 */
export function seeded(seed: number): Random {
  let mix = seed >>> 0
  const next = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0
    let z = mix
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
  let [a, b, c, counter] = [next(), next(), next(), 1]
  const draw = (): number => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4294967296
  }
  for (let i = 0; i < 12; i++) draw()
  return draw
}

/** A whole number from 0 to below `count`, uniform. */
export function integerBelow(count: number, random: Random): number {
  return Math.floor(random() * count)
}

/** A standard normal number, by Box and Muller. */
export function normalDraw(random: Random): number {
  const u = 1 - random()
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * random())
}

/** The numbers 0 to count − 1 in random order (Fisher and Yates). */
export function shuffledIndices(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = integerBelow(i + 1, random)
    ;[order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0]
  }
  return order
}
