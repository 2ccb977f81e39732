import type { Command } from 'commander'
import { setFrozen } from '#pipeline'
import { green } from '../output.ts'
import { pipelineCommand, pipelineHere, tell, type PipelineOptions } from '../pipeline-command.ts'

export function command(): Command {
  return pipelineCommand('unfreeze')
    .argument('<targets...>', 'stages, or .dvc files of imported data')
    .action(async (targets: readonly string[], options: PipelineOptions) => {
      await setFrozen(pipelineHere(), targets, false)
      tell({ targets }, options, () =>
        targets
          .map((name) => `${green('✓')} ${name} is free: runs again when its dependencies change`)
          .join('\n'),
      )
    })
}
