const leastMs = 2000

/**
 * Units a second of work that does so many, done again and again for two seconds at least. Done once, the turn of a fast server would
 * be over before its code is compiled, and within one pause of a machine that others use.
 */
export async function turn(units: number, work: () => Promise<void>): Promise<number> {
  const begin = performance.now()
  for (let done = units; ; done += units) {
    await work()
    const passed = performance.now() - begin
    if (passed >= leastMs) return done / (passed / 1000)
  }
}
