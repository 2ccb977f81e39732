import type { Command } from 'commander'
import { move } from '#pipeline'
import { green } from '../output.ts'
import { pipelineCommand, pipelineHere, tell, type PipelineOptions } from '../pipeline-command.ts'

export function command(): Command {
  return pipelineCommand('move')
    .argument('<from>', 'a file or folder that a .dvc file tracks')
    .argument('<to>', 'its new path, or a folder to put it in')
    .action(async (from: string, to: string, options: PipelineOptions) => {
      const moved = await move(pipelineHere(), from, to)
      tell(moved, options, () => `${green('✓')} ${moved.from} is ${moved.to} now`)
    })
}
