import type { Command } from 'commander'
import { updateImports } from '#pipeline'
import { importedLine } from '../imported-line.ts'
import { addToRemoteOptions, broughtBy, sentBy, type BringFlags } from '../import-options.ts'
import { pipelineCommand, pipelineHere, tell, type PipelineOptions } from '../pipeline-command.ts'
import { jobsOption } from '../transfer-options.ts'

interface UpdateFlags extends PipelineOptions, BringFlags {
  readonly rev?: string
  readonly recursive?: boolean
  readonly force?: boolean
}

export function command(): Command {
  return addToRemoteOptions(
    pipelineCommand('update')
      .argument('<targets...>', '.dvc files that import')
      .option('--rev <commit>', 'another commit, branch or tag of the source')
      .option('-R, --recursive', 'a folder means every import in it and below')
      .option('--no-download', 'note what state the source is in and leave the data there')
      .option('-f, --force', 'lose changes that are kept nowhere else'),
  )
    .addOption(jobsOption())
    .action(async (targets: readonly string[], options: UpdateFlags) => {
      const updated = await updateImports(pipelineHere(), targets, {
        ...broughtBy(options),
        ...sentBy(options),
        ...(options.rev === undefined ? {} : { rev: options.rev }),
        recursive: options.recursive ?? false,
        force: options.force ?? false,
      })
      tell({ updated }, options, () => updated.map(importedLine).join('\n'))
    })
}
