import type { Command } from 'commander'
import { checkout } from '#pipeline'
import { checkoutLines } from '../checkout-lines.ts'
import { exitCodes } from '../exit-code.ts'
import {
  pipelineCommand,
  pipelineHere,
  targetsOf,
  tell,
  type PipelineOptions,
} from '../pipeline-command.ts'

export function command(): Command {
  return pipelineCommand('checkout')
    .argument('[targets...]', 'stages, outputs or .dvc files; all unless said')
    .option('-f, --force', 'lose data that is kept nowhere else')
    .option('--allow-missing', 'exit with 0 although some data is not in the cache')
    .option('--relink', 'put links or copies anew, as cache.type says')
    .action(
      async (
        targets: readonly string[],
        options: PipelineOptions & { force?: boolean; allowMissing?: boolean; relink?: boolean },
      ) => {
        const result = await checkout(pipelineHere(), {
          ...targetsOf(targets),
          force: options.force ?? false,
          relink: options.relink ?? false,
        })
        tell(result, options, (done) => checkoutLines(done, 'not in the cache'))
        if (result.missing.length > 0 && !options.allowMissing) process.exitCode = exitCodes.no
      },
    )
}
