/** NaN is kept as a mark; the infinities are kept, and read by MLflow's own clients, as the greatest doubles. */
export function storedValue(value: unknown, isNan?: unknown): number | string {
  if (isNan === true || Number(isNan) === 1) return 'NaN'
  const number = Number(value)
  return Number.isFinite(number) ? number : String(number)
}
