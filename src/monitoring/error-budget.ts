const dayMs = 86_400_000

/**
 * How much chance of a false alarm one look may spend. The budget grows by one false alarm in `falseAlarmDays`, with one day's worth
 * to begin with; each look spends half of what is left. The chance of a false alarm at a look is at most what it spends (Holm over
 * the columns keeps it there), so the expected number of false alarms up to any time is at most what has grown by then, however often
 * one looks and whatever the dependence between looks. No single look spends more than 5 %.
 *
 * References: Foster, Stine (2008), α-investing. Ramdas, Yang, Wainwright, Jordan (2017), Online control of the false discovery rate
 * with decaying memory.
 */
export function spendOnLook(budget: {
  readonly falseAlarmDays: number
  readonly startedAt: number
  readonly now: number
  readonly spent: number
}): number {
  const days = Math.max(0, budget.now - budget.startedAt) / dayMs + 1
  const left = days / budget.falseAlarmDays - budget.spent
  return Math.min(0.05, Math.max(0, left / 2))
}
