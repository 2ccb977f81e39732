import type { Command } from 'commander'
import { setFrozen } from '#pipeline'
import { green } from '../output.ts'
import { pipelineCommand, pipelineHere, tell, type PipelineOptions } from '../pipeline-command.ts'

export function command(): Command {
  return pipelineCommand('freeze')
    .argument('<targets...>', 'stages, or .dvc files of imported data')
    .action(async (targets: readonly string[], options: PipelineOptions) => {
      await setFrozen(pipelineHere(), targets, true)
      tell({ targets }, options, () =>
        targets
          .map((name) => `${green('✓')} ${name} is frozen: left alone when its dependencies change`)
          .join('\n'),
      )
    })
}
