import type { Command } from 'commander'
import { updateImports } from '#pipeline'
import { importedLine } from '../imported-line.ts'
import { pipelineCommand, pipelineHere, tell, type PipelineOptions } from '../pipeline-command.ts'

export function command(): Command {
  return pipelineCommand('update')
    .argument('<targets...>', '.dvc files that import')
    .option('--rev <commit>', 'another commit, branch or tag of the source')
    .option('-f, --force', 'lose changes that are kept nowhere else')
    .action(
      async (
        targets: readonly string[],
        options: PipelineOptions & { rev?: string; force?: boolean },
      ) => {
        const updated = await updateImports(pipelineHere(), targets, {
          ...(options.rev === undefined ? {} : { rev: options.rev }),
          force: options.force ?? false,
        })
        tell({ updated }, options, () => updated.map(importedLine).join('\n'))
      },
    )
}
