import type { Command } from 'commander'
import { baseCommand } from '../base-command.ts'
import { shortNumber, show, textTable } from '../output.ts'
import { asScript, requestOf, trainOptions, type TrainOptions } from '../train-options.ts'

export function command(): Command {
  return trainOptions(baseCommand('train')).action(async (name: string, options: TrainOptions) => {
    const { trainRun } = await import('#app/train')
    const request = await requestOf(name, options)
    const trained = await asScript(options, () => trainRun(request))
    show(trained, options.json, ({ run, metrics }) =>
      [
        `Run ${run} of ${request.experiment}:`,
        textTable(
          ['metric', 'value'],
          Object.entries(metrics).map(([key, value]) => [key, shortNumber(value)]),
        ),
        `Register it with: tidemill models register NAME ${run}`,
      ].join('\n'),
    )
  })
}
