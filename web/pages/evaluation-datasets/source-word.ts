import type { EvaluationRecord } from '#contract'

const words: Readonly<Record<string, string>> = {
  TRACE: 'a trace',
  HUMAN: 'a person',
  DOCUMENT: 'a document',
  CODE: 'a program',
}

/** Where a record came from, in a word or two. */
export function sourceWord({ source, trace }: EvaluationRecord): string {
  const kind = source?.source_type
  if (trace !== undefined) return 'a trace'
  return typeof kind === 'string' ? (words[kind] ?? kind.toLowerCase()) : '—'
}
