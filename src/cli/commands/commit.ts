import type { Command } from 'commander'
import { commit } from '#pipeline'
import { green } from '../output.ts'
import {
  pipelineCommand,
  pipelineHere,
  targetsOf,
  tell,
  type PipelineOptions,
} from '../pipeline-command.ts'

export function command(): Command {
  return pipelineCommand('commit')
    .argument('[targets...]', 'stages or .dvc files; all unless said')
    .option('-f, --force', 'taken for DVC’s sake: nothing is asked here')
    .action(async (targets: readonly string[], options: PipelineOptions) => {
      const changed = await commit(pipelineHere(), targetsOf(targets))
      tell({ changed }, options, () =>
        changed.length === 0
          ? 'Everything is recorded already.'
          : changed.map((name) => `${green('✓')} ${name} recorded`).join('\n'),
      )
    })
}
