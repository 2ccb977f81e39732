import type { ReproEvent, StageAttempt } from '#pipeline'
import { systemClock, type Clock } from '#store'

export type LiveState = 'running' | 'ran' | 'restored' | 'unchanged' | 'failed'

/** What a server heard of a stage in a run of its own. */
export interface Heard {
  readonly state: LiveState
  readonly at: number
}

/** What becomes of the stages of a project in the run that this server makes, or made last. */
export interface LiveStages {
  /** Forgets the run before. */
  begin(project: string): void
  note(project: string, event: ReproEvent): void
  of(project: string): ReadonlyMap<string, Heard>
}

export function openLiveStages(clock: Pick<Clock, 'now'> = systemClock): LiveStages {
  const known = new Map<string, Map<string, Heard>>()
  const of = (project: string) => known.get(project) ?? new Map<string, Heard>()
  return {
    of,
    begin: (project) => void known.set(project, new Map()),
    note(project, event) {
      const state = stateOf(event)
      if (state === undefined) return
      known.set(project, of(project).set(event.stage, { state, at: clock.now() }))
    },
  }
}

/** The newer of what this server heard and what the stage's last attempt says, which a terminal or another server may have made. */
export function liveState(
  heard: Heard | undefined,
  attempt: StageAttempt | undefined,
): LiveState | undefined {
  if (attempt?.state === 'running') return 'running'
  if (heard !== undefined && heard.at >= (attempt?.startedAt ?? 0)) return heard.state
  return attempt?.state === 'failed' || attempt?.state === 'timed out' ? 'failed' : undefined
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
