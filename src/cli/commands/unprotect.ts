import type { Command } from 'commander'
import { unprotect } from '#pipeline'
import { green } from '../output.ts'
import { pipelineCommand, pipelineHere, tell, type PipelineOptions } from '../pipeline-command.ts'

export function command(): Command {
  return pipelineCommand('unprotect')
    .argument('<targets...>', 'data that links into the cache')
    .action(async (targets: readonly string[], flags: PipelineOptions) => {
      const changed = await unprotect(pipelineHere(), targets)
      tell({ changed }, flags, () =>
        changed.length === 0
          ? 'Nothing there links into the cache.'
          : changed.map((path) => `${green('✓')} ${path} may be written to`).join('\n'),
      )
    })
}
