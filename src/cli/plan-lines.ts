import { dim, green, yellow } from './output.ts'

interface PlannedStage {
  readonly stage: string
  readonly action: 'run' | 'skip' | 'restore'
  readonly reasons: readonly { readonly kind: string; readonly path: string }[]
}

/** What a run would do with each stage, with the reasons below it. */
export function planLines(stages: readonly PlannedStage[]): string {
  if (stages.every((stage) => stage.action === 'skip')) return 'Everything is up to date.'
  const signs = { run: yellow('run    '), skip: green('ok     '), restore: yellow('restore') }
  return stages
    .flatMap(({ stage, action, reasons }) => [
      `${signs[action]} ${stage}`,
      ...reasons.map((reason) => dim(`          ${reason.kind} ${reason.path}`)),
    ])
    .join('\n')
}
