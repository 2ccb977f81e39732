import { wrong, type Input } from './input.ts'
import { longest, namedKey } from './limits.ts'
import { textsOf } from './wire.ts'

export const promptTag = 'mlflow.prompt.is_prompt'
export const stages = ['None', 'Staging', 'Production', 'Archived']

export function numberOf(input: Input): number {
  const version = input.need('version')
  if (/^\d{1,15}$/.test(version)) return Number(version)
  throw wrong('version', version, 'an integer')
}

export function stageOf(text: string): string {
  const stage = stages.find((each) => each.toLowerCase() === text.toLowerCase())
  if (stage !== undefined) return stage
  throw wrong('stage', text, stages.join(', '))
}

export function tagValue(input: Input): string {
  const value = input.text('value') ?? ''
  if (value.length > longest.registryTag)
    throw wrong('value', value.slice(0, 60), '100,000 characters')
  return value
}

/** The tags that a model or version is made with. */
export function registryTags(input: Input): Record<string, string> {
  return textsOf(input.list('tags'), longest.registryTag, namedKey)
}

/** Prompts are found by their own tag only. */
export const namesPrompts = (filter: string): boolean => filter.includes(promptTag)
