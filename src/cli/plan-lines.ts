import { reasonLine, type StagePlan } from '#pipeline/daily'
import { dim, green, yellow } from './output.ts'

type Reason = StagePlan['reasons'][number] | { readonly summary: string }

interface Planned extends Omit<StagePlan, 'reasons'> {
  /** A server has put them into words. */
  readonly reasons: readonly Reason[]
}

/** What a run would do with each stage, with the reasons below it. */
export function planLines(stages: readonly Planned[]): string {
  if (stages.every((stage) => stage.action === 'skip')) return 'Everything is up to date.'
  const signs = { run: yellow('run    '), skip: green('ok     '), restore: yellow('restore') }
  return stages
    .flatMap(({ stage, action, reasons }) => [
      `${signs[action]} ${stage}`,
      ...reasons.map((reason) => dim(`          ${wordsOf(reason)}`)),
    ])
    .join('\n')
}

function wordsOf(reason: Reason): string {
  return 'summary' in reason ? reason.summary : reasonLine(reason)
}
