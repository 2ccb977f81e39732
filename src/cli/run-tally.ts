import type { ReproEvent } from '#pipeline/daily'
import { red } from './output.ts'
import { counted } from './pipeline-command.ts'

interface RunTally {
  add(event: ReproEvent): void
  /** Whether an error was said as the failure of a stage; a run also ends with errors that are of none. */
  told(error: unknown): boolean
  line(): string
}

/** Counts how stages end, for what is said when some failed and the others went on. */
export function runTally(): RunTally {
  const failed: string[] = []
  const messages = new Set<string>()
  let [ran, restored, notReached] = [0, 0, 0]
  return {
    add(event) {
      if (event.type === 'failed') {
        failed.push(event.stage)
        messages.add(event.message)
      }
      if (event.type === 'finished') ran += 1
      if (event.type === 'restored') restored += 1
      if (event.type === 'skipped' && event.because === 'upstream failed') notReached += 1
    },
    told: (error) => messages.has(error instanceof Error ? error.message : String(error)),
    line() {
      const behind = `${counted(notReached, 'stage')} behind ${failed.length === 1 ? 'it' : 'them'} ${notReached === 1 ? 'was' : 'were'} not reached`
      const rest = notReached === 0 ? '' : `, ${behind}`
      return `${red('✗')} ${failed.length} failed (${failed.join(', ')})${rest}; ${ran} ran, ${restored} came from the cache`
    },
  }
}
