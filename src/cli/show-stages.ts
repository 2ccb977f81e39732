import type { ReproEvent } from '#pipeline/daily'
import { durationText } from './forecast-line.ts'
import { bold, dim, red, yellow } from './output.ts'
import { traceLines } from './trace-lines.ts'

/** Shows stages as they begin, say something and fail. With several at a time each line that one says has its name. */
export function showStages(jobs = 1): (event: ReproEvent) => void {
  if (jobs === 1) return showEvent
  const begun = new Map<string, string>()
  const say = (stage: string, line: string): void => {
    process.stderr.write(dim(`${stage} | ${line}\n`))
  }
  return (event) => {
    const { stage } = event
    const held = begun.get(stage) ?? ''
    if (event.type !== 'output') {
      begun.delete(stage)
      if (held !== '') say(stage, held)
      showEvent(event)
      return
    }
    const lines = `${held}${event.text}`.split('\n')
    const last = lines.pop() ?? ''
    // of a bar that is drawn over itself what it says last
    begun.set(stage, last.slice(last.lastIndexOf('\r', last.length - 2) + 1))
    for (const line of lines) say(stage, line)
  }
}

function showEvent(event: ReproEvent): void {
  if (event.type === 'started') {
    const [first = '', ...more] = event.command.split('\n')
    const shown = more.length === 0 ? first : `${first} …`
    process.stderr.write(`${bold(event.stage)} ${dim(shown)}\n`)
  }
  if (event.type === 'restored')
    process.stderr.write(`${bold(event.stage)} ${dim('came from the cache')}\n`)
  if (event.type === 'output') process.stderr.write(dim(event.text.replace(/^(?=.)/gm, '  ')))
  if (event.type === 'retry') {
    const { stage, attempt, of, waitMs, message } = event
    const pause = waitMs === 0 ? '' : ` in ${durationText(waitMs / 1000)}`
    process.stderr.write(
      `${yellow('↻')} ${stage}: ${message} Try ${attempt + 1} of ${of}${pause}.\n`,
    )
  }
  if (event.type === 'waiting')
    process.stderr.write(
      `${yellow('…')} ${event.stage} has ended; process ${event.pid} has the repository, and is waited for\n`,
    )
  if (event.type === 'moved')
    process.stderr.write(
      `${yellow('!')} ${event.paths.join(', ')} changed while ${event.stage} ran: its result is recorded for what was there before, and kept out of the run cache\n`,
    )
  if (event.type === 'traced') process.stderr.write(`${traceLines(event.stage, event.report)}\n`)
  if (event.type === 'failed')
    process.stderr.write(`${red('✗')} ${event.stage}: ${event.message}\n`)
}
