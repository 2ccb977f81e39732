import { quantile } from '#stats'

/** The last thousand durations, for their quantiles. */
export interface Latencies {
  add(ms: number): void
  quantiles(): { readonly p50Ms?: number; readonly p99Ms?: number }
}

const kept = 1000

export function latencies(): Latencies {
  const ring = new Float64Array(kept)
  let seen = 0
  return {
    add(ms) {
      ring[seen++ % kept] = ms
    },
    quantiles() {
      const values = ring.subarray(0, Math.min(seen, kept))
      const [p50Ms, p99Ms] = [quantile(values, 0.5), quantile(values, 0.99)]
      return p50Ms === undefined || p99Ms === undefined ? {} : { p50Ms, p99Ms }
    },
  }
}
