import { TidemillError } from '#contract'
import type { Input } from './input.ts'

/**
 * Makes something under the identifier that a copy of it brings along, where it has the form of ours and is none of ours yet; else, and
 * for MLflow's clients, which send none, under a new one.
 */
export async function withKeptId<T>(
  input: Input,
  [field, form]: readonly [string, RegExp],
  make: (own: { readonly id?: string }) => Promise<T>,
): Promise<T> {
  const id = input.text(field) ?? ''
  if (!form.test(id)) return make({})
  try {
    return await make({ id })
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'already_exists') return make({})
    throw error
  }
}
