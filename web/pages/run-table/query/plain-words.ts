import { writeText } from './complete.ts'

const comparison = /[=<>]|\b(?:like|ilike|rlike|in|is|not)\b/i
const column =
  /^\W*(?:metrics?|params?|parameters?|tags?|attributes?|attr|run|datasets?|models?)\s*\./i

/** What names no column and compares nothing is a part of a run's name, as on the pages of MLflow and W&B. */
export function filterOf(text: string): string {
  const words = text.trim()
  if (words === '' || comparison.test(words) || column.test(words)) return words
  return `run_name ILIKE ${writeText(`%${words}%`)}`
}
