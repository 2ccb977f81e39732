import { reasonLine, type StagePlan } from '#pipeline/daily'
import { dim, green, yellow } from './output.ts'
import { counted } from './pipeline-command.ts'

type Reason = StagePlan['reasons'][number] | { readonly summary: string }

interface Planned extends Omit<StagePlan, 'reasons'> {
  /** A server has put them into words. */
  readonly reasons: readonly Reason[]
}

const signs = {
  run: yellow('run    '),
  restore: yellow('restore'),
  record: yellow('record '),
  missing: yellow('missing'),
  behind: yellow('behind '),
}

/** What a run would do with each stage that is not up to date, with the reasons below it; of the others how many there are. */
export function planLines(stages: readonly Planned[]): string {
  const due = stages.filter((stage) => stage.action !== 'skip')
  if (due.length === 0) return 'Everything is up to date.'
  const same = stages.length - due.length
  return [
    ...due.flatMap((planned) => [
      `${signs[signOf(planned)]} ${planned.stage}`,
      ...reasonLines(planned.reasons).map((line) => dim(`          ${line}`)),
    ]),
    ...(same === 0
      ? []
      : [
          green(
            `${counted(same, 'stage')} of ${stages.length} ${same === 1 ? 'is' : 'are'} up to date.`,
          ),
        ]),
    ...(due.some(({ reasons }) => reasons.some(isElsewhere))
      ? ['What is not in the cache comes from the remote with: tidemill pull']
      : []),
    ...(due.some(({ reasons }) => reasons.some(isBehind))
      ? [
          'Nothing runs while data is behind: tidemill pull brings it, tidemill commit keeps what lies there.',
        ]
      : []),
  ].join('\n')
}

/** Data has no command: what lies there is recorded, and what does not has to be brought. */
function signOf({ stage, action, reasons }: Planned): keyof typeof signs {
  if (action === 'restore') return 'restore'
  if (reasons.some(isBehind)) return 'behind'
  if (!stage.endsWith('.dvc')) return 'run'
  return reasons.every(isElsewhere) ? 'missing' : 'record'
}

function isElsewhere(reason: Reason): boolean {
  return 'state' in reason && reason.state === 'not in cache'
}

function isBehind(reason: Reason): boolean {
  return 'outdated' in reason && reason.outdated !== undefined
}

/** A line each; one for all files that stages before will make. */
function reasonLines(reasons: readonly Reason[]): readonly string[] {
  const above = reasons.flatMap((reason) =>
    'kind' in reason && reason.kind === 'upstream' ? [reason.path] : [],
  )
  const own = reasons
    .filter((reason) => !('kind' in reason && reason.kind === 'upstream'))
    .map((reason) => ('summary' in reason ? reason.summary : reasonLine(reason)))
  if (above.length === 0) return own
  const shown = above.length > 4 ? [...above.slice(0, 3), `${above.length - 3} more`] : above
  const files =
    shown.length === 1 ? shown[0] : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
  return [...own, `${above.length === 1 ? 'a stage' : 'stages'} before it will make ${files} anew`]
}
