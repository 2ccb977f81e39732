import type { Command } from 'commander'
import { commit } from '#pipeline/daily'
import { green } from '../output.ts'
import { pipelineCommand, pipelineHere, tell } from '../pipeline-command.ts'
import { addTargetOptions, selectionOf, type TargetFlags } from '../transfer-options.ts'

export function command(): Command {
  return addTargetOptions(pipelineCommand('commit'))
    .option('-f, --force', 'taken for DVC’s sake: nothing is asked here')
    .option('--no-relink', 'leave the files as they are where cache.type wants links')
    .action(async (targets: readonly string[], options: TargetFlags & { relink: boolean }) => {
      const changed = await commit(pipelineHere(), {
        ...selectionOf(targets, options),
        relink: options.relink,
      })
      tell({ changed }, options, () =>
        changed.length === 0
          ? 'Everything is recorded already.'
          : changed.map((name) => `${green('✓')} ${name} recorded`).join('\n'),
      )
    })
}
