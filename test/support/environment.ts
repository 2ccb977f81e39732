import type { TestContext } from 'node:test'

/** Sets variables for one test. */
export function withEnvironment(
  t: TestContext,
  values: Readonly<Record<string, string | undefined>>,
): void {
  for (const [name, value] of Object.entries(values)) {
    const before = process.env[name]
    const set = (to: string | undefined) => {
      if (to === undefined) delete process.env[name]
      else process.env[name] = to
    }
    set(value)
    t.after(() => set(before))
  }
}
