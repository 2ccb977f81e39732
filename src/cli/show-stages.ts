import type { ReproEvent, ReproOptions } from '#pipeline/daily'
import { durationText } from './forecast-line.ts'
import { bold, dim, green, red, yellow } from './output.ts'
import { traceLines } from './trace-lines.ts'

/**
 * Shows stages as they begin, say something and end. With several at a time each line that one says has its name. The first failure
 * that ends a run is left to the error, which says it again at the end.
 */
export function showStages(
  jobs = 1,
  onError: ReproOptions['onError'] = 'stop',
): (event: ReproEvent) => void {
  let ended = onError !== 'stop'
  const show = jobs === 1 ? showEvent : showNamed()
  return (event) => {
    const first = event.type === 'failed' && !ended
    if (event.type === 'failed') ended = true
    if (!first) show(event)
  }
}

/** Lines of several stages, each behind the name of its stage, which so needs no heading. */
function showNamed(): (event: ReproEvent) => void {
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
      if (event.type !== 'started') showEvent(event)
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
  // its log begins with the command
  if (event.type === 'started') process.stderr.write(`${bold(event.stage)}\n`)
  if (event.type === 'restored')
    process.stderr.write(`${bold(event.stage)} ${dim('came from the cache')}\n`)
  if (event.type === 'finished')
    process.stderr.write(
      `${green('✓')} ${event.stage} ${dim(durationText(event.durationMs / 1000))}\n`,
    )
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
  if (event.type === 'failed') {
    const log = event.log ? `\n  Its log: tidemill stage logs ${event.stage}` : ''
    process.stderr.write(`${red('✗')} ${event.message}${log}\n`)
  }
}
