/** A version of a prompt that a trace used. */
export interface LinkedPrompt {
  readonly name: string
  readonly version: string
}

/** Where clients say which versions of prompts a trace used: a list as Python writes JSON. */
export const promptsTag = 'mlflow.linkedPrompts'

/** How one of them stands in the list. */
export function promptEntry({ name, version }: LinkedPrompt): string {
  return `{"name": ${JSON.stringify(name)}, "version": ${JSON.stringify(version)}}`
}

/** The list with some more, each once; what cannot be read is begun anew. */
export function withPrompts(text: string | undefined, more: readonly LinkedPrompt[]): string {
  const entries = new Set([...promptsIn(text), ...more].map(promptEntry))
  return `[${[...entries].join(', ')}]`
}

function promptsIn(text: string | undefined): readonly LinkedPrompt[] {
  try {
    const read: unknown = JSON.parse(text ?? '[]')
    const list: readonly unknown[] = Array.isArray(read) ? read : []
    return list.flatMap((each) =>
      each !== null && typeof each === 'object' && 'name' in each && 'version' in each
        ? [{ name: String(each.name), version: String(each.version) }]
        : [],
    )
  } catch {
    return []
  }
}
