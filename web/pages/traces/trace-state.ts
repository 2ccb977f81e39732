import type { Health, SpanLine } from '#contract'

/** How a trace's state shows; what MLflow's clients call otherwise is none of these. */
export function traceHealth(state: string): Health {
  const known: Readonly<Record<string, Health>> = {
    ok: 'good',
    error: 'bad',
    in_progress: 'busy',
  }
  return known[state] ?? 'none'
}

export function stateWord(state: string): string {
  return state === 'state_unspecified' ? 'unknown' : state.replace('_', ' ')
}

/** The colour of a span's bar, by its kind. */
export function spanToken({ kind, state }: Pick<SpanLine, 'kind' | 'state'>): string {
  if (state === 'error') return '--bad'
  const known: Readonly<Record<string, string>> = {
    LLM: '--series-3',
    CHAT_MODEL: '--series-3',
    TOOL: '--series-2',
    RETRIEVER: '--series-4',
    EMBEDDING: '--series-6',
    AGENT: '--series-5',
    CHAIN: '--series-7',
    PARSER: '--series-8',
    RERANKER: '--series-4',
  }
  return known[kind ?? ''] ?? '--series-1'
}
