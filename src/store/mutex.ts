/** One at a time, first come first served. */
export interface Mutex {
  /** Resolves, when it is this caller's turn, with what ends the turn. */
  acquire(): Promise<() => void>
}

/** `waitMs` is how long a caller waits for its turn before `late()` is thrown: a turn that never ends must not hang everyone. */
export function createMutex(waitMs: number, late: () => Error): Mutex {
  const queue: (() => void)[] = []
  let held = false

  function release(): void {
    const next = queue.shift()
    if (next) next()
    else held = false
  }

  function turn(): () => void {
    let over = false
    return () => {
      if (over) return
      over = true
      release()
    }
  }

  return {
    acquire() {
      if (!held) {
        held = true
        return Promise.resolve(turn())
      }
      return new Promise((resolve, reject) => {
        const grant = () => {
          clearTimeout(timer)
          resolve(turn())
        }
        const timer = setTimeout(() => {
          queue.splice(queue.indexOf(grant), 1)
          reject(late())
        }, waitMs)
        queue.push(grant)
      })
    },
  }
}
