import type { PlannedChange } from '#contract'
import { dim, green, red, yellow } from './output.ts'

const signs = { create: green('+'), update: yellow('~'), remove: red('-'), none: dim('=') } as const

/** A plan as lines, one a thing, with the fields that differ below it. */
export function changeLines(changes: readonly PlannedChange[], nothing: string): string {
  const due = changes.filter((change) => change.action !== 'none')
  if (due.length === 0) return nothing
  return due
    .flatMap((change) => [
      `${signs[change.action]} ${change.kind} ${change.name}`,
      ...(change.action === 'update'
        ? change.changes.map((each) =>
            dim(`    ${each.field}: ${each.from ?? '(none)'} → ${each.to ?? '(none)'}`),
          )
        : []),
    ])
    .join('\n')
}
