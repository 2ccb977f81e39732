import { relative } from 'node:path'
import { cwd } from 'node:process'
import type { Command } from 'commander'
import { pipelineCommand, rootHere, tell, type PipelineOptions } from '../pipeline-command.ts'

export function command(): Command {
  return pipelineCommand('root').action((flags: PipelineOptions) => {
    const root = rootHere()
    tell({ root }, flags, () => relative(cwd(), root) || '.')
  })
}
