import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import { TidemillError } from '#contract/error'
import { openRepository, stageLogs, stageMark, type StageLog } from '#pipeline'
import { printFile } from './follow-file.ts'
import { durationText } from './forecast-line.ts'
import { textTable } from './output.ts'
import { pipelineCommand, pipelineHere, tell, type PipelineOptions } from './pipeline-command.ts'

/** `stage logs`: what the attempts of a stage printed. */
export function stageLog(): Command {
  return pipelineCommand('logs', 'what a stage printed, the newest attempt unless said')
    .argument('<stage>')
    .option('-l, --list', 'the attempts that are kept, in place of their text')
    .option('--attempt <n>', 'the n-th of them', Number)
    .option('--follow', 'and what it prints until it ends')
    .action(
      async (
        name: string,
        options: PipelineOptions & { list?: boolean; attempt?: number; follow?: boolean },
      ) => {
        const pipeline = pipelineHere()
        const stage = pipeline.stages.find((each) => each.address === name)
        if (!stage) throw new TidemillError('not_found', { kind: 'stage', name })
        const repository = openRepository(pipeline.root)
        const logs = stageLogs(repository, stage)
        if (options.list) {
          tell({ logs }, options, () => table(logs))
          return
        }
        const chosen = options.attempt === undefined ? logs.at(-1) : logs[options.attempt - 1]
        if (!chosen) {
          throw new TidemillError('not_found', {
            kind: `log of ${name}, attempt`,
            name: String(options.attempt ?? 1),
          })
        }
        const ended = (): boolean => !existsSync(stageMark(repository, stage))
        if (!options.json) return printFile(chosen.file, options.follow ? ended : undefined)
        while (options.follow && !ended()) await delay(200)
        tell({ ...chosen, text: readFileSync(chosen.file, 'utf8') }, options, ({ text }) => text)
      },
    )
}

function table(logs: readonly StageLog[]): string {
  if (logs.length === 0) return 'It never ran here.'
  return textTable(
    ['#', 'try', 'outcome', 'took', 'log'],
    logs.map(({ file, record }, index) => [
      String(index + 1),
      String(record?.attempt ?? '-'),
      record?.outcome ?? 'running, or killed',
      record?.resources ? durationText(record.resources.wallSeconds) : '-',
      file,
    ]),
  )
}
