import type { Command } from 'commander'
import { remove } from '#pipeline'
import { green } from '../output.ts'
import { pipelineCommand, pipelineHere, tell, type PipelineOptions } from '../pipeline-command.ts'

interface RemoveFlags extends PipelineOptions {
  readonly outs?: boolean
  readonly force?: boolean
}

export function command(): Command {
  return pipelineCommand('remove')
    .argument('<targets...>', 'stages, groups of stages or .dvc files')
    .option('--outs', 'remove the files they make or track from the work tree, too')
    .option('-f, --force', 'with --outs: lose data that is kept nowhere else')
    .action(async (targets: readonly string[], options: RemoveFlags) => {
      const { outs = false, force = false } = options
      const changed = await remove(pipelineHere(), targets, { outs, force })
      tell({ removed: targets, changed }, options, () =>
        [
          ...targets.map((target) => `${green('✓')} ${target} is not under version any more`),
          'What the cache holds of it stays until tidemill gc.',
        ].join('\n'),
      )
    })
}
