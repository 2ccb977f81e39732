/** Writes into the server's log. */
export type Warn = (fields: { readonly err: unknown; readonly what: string }) => void

/** Tries a part of what goes on, by a name. */
export type Attempt = (what: string, work: () => Promise<void> | void) => Promise<void>

/** Tries something that is tried again and again; what fails is told when it begins to, and not at each try. */
export function tellOnce(warn: Warn): Attempt {
  const told = new Map<string, string>()
  return async (what, work) => {
    try {
      await work()
      told.delete(what)
    } catch (err) {
      const message = err instanceof Error ? err.message : String(err)
      if (told.get(what) === message) return
      told.set(what, message)
      warn({ err, what })
    }
  }
}
