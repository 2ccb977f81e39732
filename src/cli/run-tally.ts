import type { ReproEvent } from '#pipeline/daily'
import { exitCodeOf } from './exit-code.ts'
import { red } from './output.ts'
import { counted } from './pipeline-command.ts'

interface RunTally {
  add(event: ReproEvent): void
  /**
   * Says how all went in place of an error that was said as the failure of a stage. Throws any other: a run also ends with errors
   * that are of none, and with JSON, or when the first failure ends it, nothing is said before.
   */
  end(error: unknown): void
}

/** Counts how stages end, for what is said when some failed and the others went on. */
export function runTally(options: {
  readonly json?: boolean
  readonly keepGoing?: boolean
}): RunTally {
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
    end(error) {
      const isTold = messages.has(error instanceof Error ? error.message : String(error))
      if (options.json || !options.keepGoing || !isTold) throw error
      const behind = `${counted(notReached, 'stage')} behind ${failed.length === 1 ? 'it' : 'them'} ${notReached === 1 ? 'was' : 'were'} not reached`
      const rest = notReached === 0 ? '' : `, ${behind}`
      process.stderr.write(
        `${red('✗')} ${failed.length} failed (${failed.join(', ')})${rest}; ${ran} ran, ${restored} came from the cache\n`,
      )
      process.exitCode = exitCodeOf(error)
    },
  }
}
