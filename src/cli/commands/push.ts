import type { Command } from 'commander'
import { push } from '#pipeline'
import { green } from '../output.ts'
import { counted, pipelineCommand, pipelineHere, tell } from '../pipeline-command.ts'
import { addTransferOptions, transferOptions, type TransferFlags } from '../transfer-options.ts'

export function command(): Command {
  return addTransferOptions(pipelineCommand('push')).action(
    async (targets: readonly string[], options: TransferFlags) => {
      const result = await push(pipelineHere(), transferOptions(targets, options))
      tell(result, options, ({ objects, runs }) =>
        objects + runs === 0
          ? 'Everything is there already.'
          : `${green('✓')} ${counted(objects, 'object')} and ${counted(runs, 'run')} pushed`,
      )
    },
  )
}
