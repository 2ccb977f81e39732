import type { Command } from 'commander'
import { importGit } from '#pipeline'
import { importMlflowCommand, importProjectCommand } from '../import-commands.ts'
import { importedLine } from '../imported-line.ts'
import { addBringOptions, broughtBy, type BringFlags } from '../import-options.ts'
import { pipelineCommand, pipelineHere, tell, type PipelineOptions } from '../pipeline-command.ts'
import { addSourceOptions, sourceOf, type SourceFlags } from '../source-access.ts'

interface ImportFlags extends PipelineOptions, SourceFlags, BringFlags {
  readonly out?: string
  readonly force?: boolean
}

export function command(): Command {
  return addBringOptions(
    addSourceOptions(
      pipelineCommand('import')
        .argument('<url>', 'a Git repository: its URL, or a folder')
        .argument('<path>', 'a file or folder in it, kept there by Git or by a pipeline')
        .option('-o, --out <path>', 'where it goes; its own name unless said')
        .option('-f, --force', 'in place of what lies there'),
    ),
  )
    .action(async (url: string, path: string, options: ImportFlags) => {
      const imported = await importGit(pipelineHere(), url, path, {
        ...sourceOf(options),
        ...broughtBy(options),
        ...(options.out === undefined ? {} : { out: options.out }),
        force: options.force ?? false,
      })
      tell(imported, options, importedLine)
    })
    .addCommand(importProjectCommand())
    .addCommand(importMlflowCommand())
}
