import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { pipelineCommand, tell, type PipelineOptions } from '../pipeline-command.ts'

export function command(): Command {
  return pipelineCommand('version').action((options: PipelineOptions) => {
    const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
    const { version } = JSON.parse(manifest) as { version: string }
    tell({ version, node: process.version, platform: process.platform }, options, (all) =>
      [`tidemill ${all.version}`, `Node ${all.node} on ${all.platform}`].join('\n'),
    )
  })
}
