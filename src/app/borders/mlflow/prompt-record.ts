import type { Model, ModelVersion, Prompt, PromptVersion } from '#contract'

/** What marks a registered model as a prompt for MLflow's clients. */
export const promptFilter = "tags.`mlflow.prompt.is_prompt` = 'true'"
export const firstVersionFilter = `${promptFilter} AND version_number = 1`

const markTag = 'mlflow.prompt.is_prompt'
const textTag = 'mlflow.prompt.text'
const kindTag = '_mlflow_prompt_type'

export const promptTags: Readonly<Record<string, string>> = { [markTag]: 'true' }

export function promptVersionTags(text: string): Readonly<Record<string, string>> {
  return { [markTag]: 'true', [textTag]: text, [kindTag]: 'text' }
}

export function isPrompt({ tags }: Pick<Model, 'tags'>): boolean {
  return tags[markTag]?.toLowerCase() === 'true'
}

/**
 * A prompt, which MLflow's clients keep as a registered model without files. They write the message of its first version as its
 * description, too, where it is none.
 */
export function promptRecord(model: Model, first: FirstVersion | undefined): Prompt {
  const { name, latest, aliases, createdAt, updatedAt } = model
  const description = model.description === first?.description ? '' : model.description
  return {
    ...{ name, description, aliases, createdAt, updatedAt },
    ...(latest === undefined ? {} : { latest }),
    tags: ownTags(model.tags),
  }
}

type FirstVersion = Pick<ModelVersion, 'description'>

export function promptVersionRecord(version: ModelVersion): PromptVersion {
  const text = readableText(version.tags[textTag] ?? '')
  return {
    version: version.version,
    kind: version.tags[kindTag] === 'chat' ? 'chat' : 'text',
    text,
    variables: variablesOf(text),
    message: version.description,
    aliases: version.aliases,
    tags: ownTags(version.tags),
    createdAt: version.createdAt,
    createdBy: version.createdBy,
  }
}

/** A conversation is kept as a list of messages; people read it one message after another. */
function readableText(text: string): string {
  if (!text.startsWith('[')) return text
  try {
    const messages = JSON.parse(text) as readonly { role?: unknown; content?: unknown }[]
    return messages
      .map(({ role, content }) => {
        const said = typeof content === 'string' ? content : JSON.stringify(content, undefined, 2)
        return `${String(role)}:\n${said}`
      })
      .join('\n\n')
  } catch {
    return text
  }
}

function variablesOf(text: string): string[] {
  const found = [...text.matchAll(/\{\{\s*([\w.]+)\s*\}\}/g)].map(([, name = '']) => name)
  return [...new Set(found)]
}

function ownTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !/^_?mlflow[._]/.test(key)))
}
