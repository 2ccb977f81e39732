import type { Metadata } from '#store'

/** Short enough that what is removed in the meantime costs at most a few slow pages. */
const keptMs = 10_000
const mostKept = 500
/** Lists of thousands of experiments are not worth their space. */
const longestKey = 1000

const known = new WeakMap<Metadata, Map<string, number>>()

/**
 * Whether there are many of something, as `count` says or was heard to say within ten seconds: to count up to many anew for each page
 * took a tenth of it. It decides how rows are looked for, never which are found. Few are counted each time, as they may become many.
 */
export async function areMany(
  metadata: Metadata,
  key: string,
  count: () => Promise<boolean>,
): Promise<boolean> {
  const times = known.get(metadata) ?? new Map<string, number>()
  known.set(metadata, times)
  const now = performance.now()
  if (now - (times.get(key) ?? -Infinity) < keptMs) return true
  const isMany = await count()
  if (!isMany || key.length > longestKey) return isMany
  if (times.size >= mostKept) times.clear()
  times.set(key, now)
  return true
}
