import type { Command } from 'commander'
import { remove } from '#pipeline'
import { green } from '../output.ts'
import { pipelineCommand, pipelineHere, tell, type PipelineOptions } from '../pipeline-command.ts'

export function command(): Command {
  return pipelineCommand('remove')
    .argument('<targets...>', 'stages or .dvc files')
    .option('--outs', 'remove the files they make or track from the work tree, too')
    .action(async (targets: readonly string[], options: PipelineOptions & { outs?: boolean }) => {
      const changed = await remove(pipelineHere(), targets, { outs: options.outs ?? false })
      tell({ removed: targets, changed }, options, () =>
        [
          ...targets.map((target) => `${green('✓')} ${target} is not under version any more`),
          'What the cache holds of it stays until tidemill gc.',
        ].join('\n'),
      )
    })
}
