const most = 12

const keyOf = (experiments: string): string => `tidemill.filters.${experiments}`

/** The filters that were used with these experiments, the last first; kept in the browser. */
export function pastFilters(experiments: string): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(experiments)) ?? '[]')
    return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string') : []
  } catch {
    return []
  }
}

export function keepFilter(experiments: string, filter: string): void {
  if (filter === '') return
  const kept = [filter, ...pastFilters(experiments).filter((each) => each !== filter)]
  try {
    localStorage.setItem(keyOf(experiments), JSON.stringify(kept.slice(0, most)))
  } catch {
    // Blocked storage: there is no history, and nothing else is lost.
  }
}
