import type { Command } from 'commander'
import { pull } from '#pipeline'
import { exitCodes } from '../exit-code.ts'
import { checkoutLines } from '../checkout-lines.ts'
import { counted, pipelineCommand, pipelineHere, tell } from '../pipeline-command.ts'
import { addTransferOptions, transferring, type TransferFlags } from '../transfer-options.ts'

interface PullFlags extends TransferFlags {
  readonly force?: boolean
  readonly allowMissing?: boolean
}

export function command(): Command {
  return addTransferOptions(pipelineCommand('pull'))
    .option('-f, --force', 'lose data that is kept nowhere else')
    .option('--allow-missing', 'exit with 0 although some data is nowhere')
    .action(async (targets: readonly string[], flags: PullFlags) => {
      const result = await transferring(targets, flags, (options) =>
        pull(pipelineHere(), { ...options, force: flags.force ?? false }),
      )
      tell(result, flags, (pulled) =>
        [
          `${counted(pulled.objects, 'object')} and ${counted(pulled.runs, 'run')} fetched`,
          checkoutLines(pulled, 'neither in the cache nor on the remote'),
        ].join('\n'),
      )
      if (result.missing.length > 0 && !flags.allowMissing) process.exitCode = exitCodes.no
    })
}
