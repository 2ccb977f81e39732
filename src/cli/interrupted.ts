/** Aborted when the user stops the program, the system asks it to end, or the terminal closes: stages live in sessions of their own. */
export function interrupted(): AbortSignal {
  const controller = new AbortController()
  const stop = (): void => controller.abort()
  // Not once: Ctrl-C comes twice where bin/tidemill.js hands on what the terminal sent to both, and the second would leave stages behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
  // Node undoes what nohup does, so it is done again: a program without a terminal outlives the closing of one.
  const hasTerminal = process.stdin.isTTY || process.stderr.isTTY
  process.on('SIGHUP', hasTerminal ? stop : () => undefined)
  return controller.signal
}
