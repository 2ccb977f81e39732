import { InvalidArgumentError, type Command } from 'commander'
import type { TrainRequest } from '#app/train'
import { TidemillError } from '#contract'
import type { BaseOptions } from './base-command.ts'
import { homeOf, projectOf } from './connect.ts'

export interface TrainOptions extends BaseOptions {
  readonly label?: string
  readonly estimator: string
  readonly set: readonly string[]
  readonly experiment?: string
  readonly name?: string
  readonly testShare: number
  readonly seed: number
}

/** What training once and searching take alike. */
export function trainOptions(command: Command): Command {
  return command
    .argument('<dataset>', 'a dataset, or DATASET@VERSION')
    .option('--label <column>', "the column to predict (default the dataset's own)")
    .option(
      '-e, --estimator <name>',
      'knn, logistic_regression or gradient_boosting',
      'gradient_boosting',
    )
    .option('-s, --set <name=value>', 'an option of the estimator; may come again', collect, [])
    .option('--experiment <name>', 'where the runs are kept (default: the dataset)')
    .option('--name <text>', 'a name for the run')
    .option('--test-share <share>', 'the share of rows to test with', share, 0.2)
    .option('--seed <n>', 'the same seed gives the same split and model', Number, 0)
}

export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

function share(text: string): number {
  const value = Number(text)
  if (value > 0 && value < 1) return value
  throw new InvalidArgumentError('a number between 0 and 1 is needed.')
}

/** Names and values apart. */
export function pairsOf(words: readonly string[]): readonly (readonly [string, string])[] {
  return words.map((word) => {
    const at = word.indexOf('=')
    if (at > 0) return [word.slice(0, at), word.slice(at + 1)] as const
    throw new TidemillError('bad_request', { problem: `"${word}" is not NAME=VALUE.` })
  })
}

export async function requestOf(name: string, options: TrainOptions): Promise<TrainRequest> {
  const { readValue } = await import('#app/train')
  const [dataset = '', version] = name.split('@')
  const { label, estimator, experiment = dataset, seed, testShare } = options
  const params = Object.fromEntries(
    pairsOf(options.set).map(([key, value]) => [key, readValue(value)]),
  )
  return {
    ...{ dataset, estimator, experiment, params, seed, testShare },
    ...(label === undefined ? {} : { label }),
    ...(version === undefined ? {} : { version: Number(version) }),
    ...(options.name === undefined ? {} : { name: options.name }),
  }
}

/** Lets what scripts are given, which reads the environment, work where the command's options say. */
export async function asScript<T>(options: BaseOptions, work: () => Promise<T>): Promise<T> {
  const { closeKit } = await import('#app/script')
  if (options.url !== undefined) process.env.TIDEMILL_URL = options.url
  else if (options.home !== undefined) delete process.env.TIDEMILL_URL
  process.env.TIDEMILL_HOME = homeOf(options)
  process.env.TIDEMILL_PROJECT = projectOf(options)
  try {
    return await work()
  } finally {
    await closeKit()
  }
}
