import type { Command } from 'commander'
import { pull } from '#pipeline'
import { exitCodes } from '../exit-code.ts'
import { checkoutLines } from '../checkout-lines.ts'
import { counted, pipelineCommand, pipelineHere, tell } from '../pipeline-command.ts'
import { addTransferOptions, transferOptions, type TransferFlags } from '../transfer-options.ts'

export function command(): Command {
  return addTransferOptions(pipelineCommand('pull'))
    .option('-f, --force', 'lose data that is kept nowhere else')
    .option('--allow-missing', 'exit with 0 although some data is nowhere')
    .action(
      async (
        targets: readonly string[],
        options: TransferFlags & { force?: boolean; allowMissing?: boolean },
      ) => {
        const result = await pull(pipelineHere(), {
          ...transferOptions(targets, options),
          force: options.force ?? false,
        })
        tell(result, options, (pulled) =>
          [
            `${counted(pulled.objects, 'object')} and ${counted(pulled.runs, 'run')} fetched`,
            checkoutLines(pulled, 'neither in the cache nor on the remote'),
          ].join('\n'),
        )
        if (result.missing.length > 0 && !options.allowMissing) process.exitCode = exitCodes.no
      },
    )
}
