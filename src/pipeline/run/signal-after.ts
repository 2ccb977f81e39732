/** The longest a timer can wait; a longer one fires at once. */
export const longestTimer = 2 ** 31 - 1

/** A signal that comes after a time, however long: `AbortSignal.timeout` fires at once when asked for 25 days. */
export function signalAfter(ms: number): AbortSignal {
  const controller = new AbortController()
  const wait = (left: number): void => {
    const step = Math.min(left, longestTimer)
    const next = (): void => (left > step ? wait(left - step) : controller.abort())
    setTimeout(next, step).unref()
  }
  wait(ms)
  return controller.signal
}
