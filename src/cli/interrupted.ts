/** Aborted when the user stops the program, the system asks it to end, or the terminal closes: stages live in sessions of their own. */
export function interrupted(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => controller.abort())
  return controller.signal
}
