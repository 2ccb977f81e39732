import type { Command } from 'commander'
import { TidemillError } from '#contract'
import { baseCommand } from '../base-command.ts'
import { shortNumber, show, textTable } from '../output.ts'
import { openProgress } from '../progress.ts'
import {
  asScript,
  collect,
  pairsOf,
  requestOf,
  trainOptions,
  type TrainOptions,
} from '../train-options.ts'

interface SearchOptions extends TrainOptions {
  readonly try: readonly string[]
  readonly trials?: number
  readonly metric: string
  readonly goal: string
}

export function command(): Command {
  return trainOptions(baseCommand('search'))
    .option(
      '-t, --try <name=values>',
      'what to try: neighbors=1,3,5 or rate=0.01..1,log; may come again',
      collect,
      [],
    )
    .option('--trials <n>', 'draw so many points instead of trying every combination', Number)
    .option('--metric <name>', 'what counts', 'f1')
    .option('--goal <max|min>', 'whether more or less of it is better', 'max')
    .action(async (name: string, options: SearchOptions) => {
      const { readChoice, searchRuns } = await import('#app/train')
      const { goal, metric, trials } = options
      if (goal !== 'max' && goal !== 'min') {
        throw new TidemillError('bad_request', { problem: `--goal is max or min, not ${goal}.` })
      }
      if (options.try.length === 0) {
        const problem = 'There is nothing to try; for example: --try neighbors=1,3,5.'
        throw new TidemillError('bad_request', { problem })
      }
      const space = Object.fromEntries(
        pairsOf(options.try).map(([key, value]) => [key, readChoice(value)]),
      )
      const request = await requestOf(name, options)
      const progress = openProgress()
      const result = await asScript(options, () =>
        searchRuns(
          { ...request, space, metric, goal, ...(trials === undefined ? {} : { trials }) },
          ({ done, total, best }) => {
            const value = shortNumber(best?.metrics[metric])
            progress.update(done, total, `${done} of ${total}, best ${metric} ${value}`)
          },
        ),
      )
      progress.end()
      show(result, options.json, (each) =>
        textTable(
          ['run', ...Object.keys(space), metric],
          each.trials.map(({ run, params, metrics }) => [
            run,
            ...Object.keys(space).map((key) => String(params[key])),
            shortNumber(metrics[metric]),
          ]),
        ),
      )
    })
}
