import type { Command } from 'commander'
import { importUrl } from '#pipeline'
import { importedLine } from '../imported-line.ts'
import { pipelineCommand, pipelineHere, tell, type PipelineOptions } from '../pipeline-command.ts'

export function command(): Command {
  return pipelineCommand('import-url')
    .argument('<path>', 'a file or folder of this machine, or mounted')
    .argument('[out]', 'where it goes; its own name unless said')
    .option('-f, --force', 'in place of what lies there')
    .action(
      async (
        url: string,
        out: string | undefined,
        options: PipelineOptions & { force?: boolean },
      ) => {
        const imported = await importUrl(pipelineHere(), url, {
          ...(out === undefined ? {} : { out }),
          force: options.force ?? false,
        })
        tell(imported, options, importedLine)
      },
    )
}
