import { operations, type Caller } from '#contract'

/** The commits whose code made the model versions that an alias points at. */
export async function aliasedCommits(caller: Caller): Promise<readonly string[]> {
  const { models } = await caller.call(operations.models.list, {})
  const commits = new Set<string>()
  for (const { name } of models) {
    const { versions } = await caller.call(operations.models.get, { name })
    for (const { aliases, code } of versions)
      if (aliases.length > 0 && code !== undefined) commits.add(code.replace(/\+dirty$/, ''))
  }
  return [...commits]
}
