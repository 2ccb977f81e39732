import type { Command } from 'commander'
import { push } from '#pipeline'
import { green } from '../output.ts'
import { counted, pipelineCommand, pipelineHere, tell } from '../pipeline-command.ts'
import { addTransferOptions, transferring, type TransferFlags } from '../transfer-options.ts'

export function command(): Command {
  return addTransferOptions(pipelineCommand('push')).action(
    async (targets: readonly string[], flags: TransferFlags) => {
      const result = await transferring(targets, flags, (options) => push(pipelineHere(), options))
      tell(result, flags, ({ objects, runs }) =>
        objects + runs === 0
          ? 'Everything is there already.'
          : `${green('✓')} ${counted(objects, 'object')} and ${counted(runs, 'run')} pushed`,
      )
    },
  )
}
