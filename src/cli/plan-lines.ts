import type { StagePlan } from '#pipeline/daily'
import { dim, green, yellow } from './output.ts'
import { reasonLine } from '#pipeline/daily'

/** What a run would do with each stage, with the reasons below it. */
export function planLines(stages: readonly StagePlan[]): string {
  if (stages.every((stage) => stage.action === 'skip')) return 'Everything is up to date.'
  const signs = { run: yellow('run    '), skip: green('ok     '), restore: yellow('restore') }
  return stages
    .flatMap(({ stage, action, reasons }) => [
      `${signs[action]} ${stage}`,
      ...reasons.map((reason) => dim(`          ${reasonLine(reason)}`)),
    ])
    .join('\n')
}
