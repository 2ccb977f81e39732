import { TidemillError } from '#contract'

/** What is looked for, or undefined when it is not there. A database that does not answer is no answer. */
export async function found<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'not_found') return undefined
    throw error
  }
}
