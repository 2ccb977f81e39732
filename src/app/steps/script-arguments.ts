import { joinArguments, type Run } from '#contract'
import { isNumeral, isPlainText } from './harmless-param.ts'
import { cannotRerun } from './rerun-refusal.ts'

/** Under which tag a client says, as it makes a run, with which arguments its script runs: a JSON list of texts. */
export const argumentsTag = 'tidemill.arguments'

/** The arguments that a tag says; undefined where it says no list of texts. */
export function readArguments(text: string): string[] | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return Array.isArray(value) && value.every(isArgument) ? value : undefined
}

function isArgument(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0')
}

/** The arguments that a run's script had, as they were said when it was made. */
export function recordedArguments(run: Run): readonly string[] {
  const { script } = run.source
  if (script?.arguments !== undefined) return script.arguments
  if (run.tags[argumentsTag] === undefined) return []
  const problem = `its tag ${argumentsTag} is no JSON list of texts, or came after the run was made, when others may write it, too`
  throw cannotRerun(run, `${problem}; give the arguments (after -- on the command line)`)
}

/**
 * Refuses what may be more than a value: a script runs as the server, and what it does with a path, an address or a piece of code is its
 * own affair. Who may run any command there may give any argument.
 */
export function requireHarmless(run: Run, words: readonly string[]): void {
  const bad = words.find((word) => !isHarmless(word))
  if (bad === undefined) return
  const shown = joinArguments([bad.slice(0, 100)])
  throw cannotRerun(
    run,
    `its argument ${shown} is neither an option, a number nor a plain text (letters, digits and . _ / + - , that begins with a letter or digit and leads nowhere above); only an admin may give or record such`,
  )
}

function isHarmless(word: string): boolean {
  const value = word.replace(/^--?[a-z][\w-]*(?:=|$)/i, '')
  return value === '' ? word !== '' : isNumeral(value) || isPlainText(value)
}
