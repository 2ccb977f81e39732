import type { Command } from 'commander'
import { whyChanged } from '#pipeline/daily'
import { exitCodes } from '../exit-code.ts'
import { pipelineCommand, pipelineHere, tell, type PipelineOptions } from '../pipeline-command.ts'
import { reasonLine } from '#pipeline/daily'

export function command(): Command {
  return pipelineCommand('why')
    .argument('<stage>', 'a stage or .dvc file')
    .option('--exit-code', 'exit with 1 when it would run')
    .action(async (stage: string, options: PipelineOptions & { exitCode?: boolean }) => {
      const reasons = await whyChanged(pipelineHere(), stage)
      tell({ stage, reasons }, options, () =>
        reasons.length === 0
          ? `${stage} is up to date: its command, dependencies, parameters and outputs are what was recorded.`
          : [`${stage} would run, because`, ...reasons.map((each) => `  ${reasonLine(each)}`)].join(
              '\n',
            ),
      )
      if (options.exitCode && reasons.length > 0) process.exitCode = exitCodes.no
    })
}
