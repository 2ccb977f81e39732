import { Option, type Command } from 'commander'
import { fetch, type FetchResult } from '#pipeline'
import { exitCodes } from '../exit-code.ts'
import { green, red } from '../output.ts'
import { counted, pipelineCommand, pipelineHere, tell } from '../pipeline-command.ts'
import {
  addTransferOptions,
  transferring,
  wholeNumber,
  type TransferFlags,
} from '../transfer-options.ts'

export function command(): Command {
  return addTransferOptions(pipelineCommand('fetch'))
    .option('--max-size <bytes>', 'only outputs of at most this size', wholeNumber)
    .addOption(new Option('--type <type>', 'only outputs of a kind').choices(['metrics', 'plots']))
    .option('-f, --force', 'set edits aside that were made through a link into the cache')
    .action(async (targets: readonly string[], flags: TransferFlags & { force?: boolean }) => {
      const force = flags.force ?? false
      const result = await transferring(targets, flags, (options) =>
        fetch(pipelineHere(), { ...options, force }),
      )
      tell(result, flags, lines)
      if (result.lost.length > 0) process.exitCode = exitCodes.no
    })
}

function lines({ objects, runs, lost }: FetchResult): string {
  const came =
    objects + runs === 0
      ? 'Nothing was fetched: what the remote has is in the cache already.'
      : `${green('✓')} ${counted(objects, 'object')} and ${counted(runs, 'run')} fetched`
  if (lost.length === 0) return objects + runs === 0 ? 'Everything is in the cache already.' : came
  return [
    came,
    ...lost.map((md5) => `${red('✗')} ${md5} is neither in the cache nor on the remote`),
    '  Send it from where it is: tidemill push -A, or make it again: tidemill repro.',
  ].join('\n')
}
