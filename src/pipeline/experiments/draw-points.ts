import type { Tried } from './suggest.ts'
import type { Override } from './sweep.ts'

/** So many points, repeatable by the seed: promising ones after what was tried, where that is given, else random ones. */
export async function drawPoints(
  overrides: readonly Override[],
  count: number,
  seed: number,
  tried?: readonly Tried[],
): Promise<readonly (readonly string[])[]> {
  // loaded here: most commands have no use for chance, and its room is large
  const { seeded } = await import('#stats')
  const random = seeded(seed)
  if (tried) return (await import('./suggest.ts')).suggestPoints(overrides, tried, count, random)
  return (await import('./random-points.ts')).randomPoints(overrides, count, random)
}
