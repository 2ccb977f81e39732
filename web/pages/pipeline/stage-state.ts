import type { GraphStage, Health } from '#contract'

const planned = {
  run: ['attention', 'will run'],
  restore: ['busy', 'from the cache'],
  skip: ['good', 'up to date'],
} as const

const living = {
  running: ['busy', 'running'],
  ran: ['good', 'ran'],
  restored: ['good', 'from the cache'],
  unchanged: ['good', 'up to date'],
  failed: ['bad', 'failed'],
} as const

export interface StageState {
  readonly health: Health
  readonly word: string
  readonly running: boolean
}

/** How a stage is shown: what it does now goes before what a run would do; a failure stands until the stage is up to date. */
export function stateOf(stage: Pick<GraphStage, 'action' | 'live' | 'frozen'>): StageState {
  const { action, live, frozen } = stage
  const shown = live === 'running' || (live === 'failed' && action !== 'skip') ? live : undefined
  const [health, word] = shown ? living[shown] : planned[action]
  return {
    health,
    word: frozen && shown === undefined ? 'frozen' : word,
    running: live === 'running',
  }
}
