import type { ReproEvent } from '#pipeline'

export type LiveState = 'running' | 'ran' | 'restored' | 'unchanged' | 'failed'

/** What becomes of the stages of a project in the run that this server makes, or made last. */
export interface LiveStages {
  /** Forgets the run before. */
  begin(project: string): void
  note(project: string, event: ReproEvent): void
  of(project: string): ReadonlyMap<string, LiveState>
}

export function openLiveStages(): LiveStages {
  const known = new Map<string, Map<string, LiveState>>()
  const of = (project: string) => known.get(project) ?? new Map<string, LiveState>()
  return {
    of,
    begin: (project) => void known.set(project, new Map()),
    note(project, event) {
      const state = stateOf(event)
      if (state !== undefined) known.set(project, of(project).set(event.stage, state))
    },
  }
}

function stateOf(event: ReproEvent): LiveState | undefined {
  switch (event.type) {
    case 'started':
      return 'running'
    case 'finished':
      return 'ran'
    case 'restored':
      return 'restored'
    case 'failed':
      return 'failed'
    case 'skipped':
      return event.because === 'unchanged' ? 'unchanged' : undefined
    case 'retry':
    case 'output':
    case 'traced':
    case 'waiting':
    case 'moved':
      return undefined
  }
}
