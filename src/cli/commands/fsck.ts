import type { Command } from 'commander'
import { fsck, type FsckResult } from '#pipeline'
import { exitCodes } from '../exit-code.ts'
import { green, red } from '../output.ts'
import {
  counted,
  pipelineCommand,
  pipelineHere,
  tell,
  type PipelineOptions,
} from '../pipeline-command.ts'

export function command(): Command {
  return pipelineCommand('fsck')
    .option('--repair', 'remove damaged objects, so that tidemill fetch brings them back')
    .addHelpText(
      'after',
      '\nExits with 1 when an object is damaged, or data that is recorded is not in the cache.',
    )
    .action(async (options: PipelineOptions & { repair?: boolean }) => {
      const result = await fsck(pipelineHere(), { repair: options.repair ?? false })
      tell(result, options, (found) => lines(found, options.repair ?? false))
      if (result.corrupt.length + result.missing.length > 0) process.exitCode = exitCodes.no
    })
}

function lines({ checked, corrupt, missing }: FsckResult, repair: boolean): string {
  if (corrupt.length + missing.length === 0)
    return `${green('✓')} ${counted(checked, 'object')} read, all as their names say`
  return [
    `${counted(checked, 'object')} read`,
    ...corrupt.map((md5) => `${red('✗')} ${md5} is damaged${repair ? ' and was removed' : ''}`),
    ...missing.map((path) => `${red('✗')} ${path} is recorded, and not whole in the cache`),
    repair || corrupt.length === 0
      ? '  Bring them back: tidemill fetch, or make them again: tidemill repro.'
      : '  Remove what is damaged: tidemill fsck --repair; then bring it back: tidemill fetch.',
  ].join('\n')
}
