import type { Command } from 'commander'
import { checkout } from '#pipeline/daily'
import { checkoutLines } from '../checkout-lines.ts'
import { exitCodes } from '../exit-code.ts'
import { counted, pipelineCommand, pipelineHere, tell } from '../pipeline-command.ts'
import { addTargetOptions, selectionOf, type TargetFlags } from '../transfer-options.ts'

interface CheckoutFlags extends TargetFlags {
  readonly force?: boolean
  readonly allowMissing?: boolean
  readonly relink?: boolean
  readonly summary?: boolean
}

export function command(): Command {
  return addTargetOptions(pipelineCommand('checkout'))
    .option('-f, --force', 'lose data that is kept nowhere else')
    .option('--allow-missing', 'exit with 0 although some data is not in the cache')
    .option('--relink', 'put links or copies anew, as cache.type says')
    .option('--summary', 'only say how much changed')
    .action(async (targets: readonly string[], flags: CheckoutFlags) => {
      const result = await checkout(pipelineHere(), {
        ...selectionOf(targets, flags),
        force: flags.force ?? false,
        relink: flags.relink ?? false,
      })
      tell(result, flags, (done) =>
        flags.summary
          ? `${counted(done.changed.length, 'output')} changed, ${done.missing.length} missing`
          : checkoutLines(done, 'not in the cache', flags.relink),
      )
      if (result.missing.length > 0 && !flags.allowMissing) process.exitCode = exitCodes.no
    })
}
