export interface Backoff {
  /** The wait after the first failure. */
  readonly baseMs: number
  readonly maxMs: number
}

/** Doubles with each attempt up to a limit, then takes between half and all of it, so that jobs that failed together come back apart. */
export function backoffMs(
  attempt: number,
  { baseMs, maxMs }: Backoff,
  random: () => number,
): number {
  const full = Math.min(maxMs, baseMs * 2 ** (attempt - 1))
  return Math.round(full * (0.5 + random() / 2))
}
