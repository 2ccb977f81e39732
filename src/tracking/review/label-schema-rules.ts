import { checked, refused } from './review-rules.ts'

/** The question that every experiment has: about anything, answered in words. */
export const usualQuestion = {
  name: 'Feedback',
  type: 'feedback',
  instruction: 'What do you think of this trace?',
  hasComment: false,
  input: { kind: 'text' },
} as const

const longest = { name: 250, instruction: 1000 } as const

export function checkSchemaName(name: string): void {
  checked('The name of a label schema', name, longest.name)
  if (name.trim().toLowerCase() !== usualQuestion.name.toLowerCase()) return
  throw refused(`${name} is the name of the question that every experiment has; choose another.`)
}

export function checkInstruction(instruction: string): void {
  const { length } = [...instruction]
  if (length <= longest.instruction) return
  throw refused(
    `The instruction of a label schema has at most ${longest.instruction} characters; the given one has ${length}.`,
  )
}
