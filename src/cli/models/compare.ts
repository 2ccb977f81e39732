import type { Command } from 'commander'
import { measuredNumber, operations, type VersionComparison } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { bold, green, red, shortNumber, show, textTable, when } from '../output.ts'

export function compareCommand(): Command {
  return baseCommand('compare', 'what differs between two versions')
    .argument('<name>')
    .argument('<from>', 'a version', Number)
    .argument('<to>', 'another', Number)
    .action(async (name: string, from: number, to: number, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.models.compare, { name, from, to }),
      )
      show(result, options.json, comparisonText)
    })
}

function comparisonText(comparison: VersionComparison): string {
  const { from, to, metrics, card } = comparison
  const heads = ['', `version ${from}`, `version ${to}`]
  const areas = (['inputs', 'outputs', 'params', 'source', 'files'] as const).filter(
    (area) => comparison[area].length > 0,
  )
  const cardChanged = card.filter((line) => line.mark !== ' ')
  const parts = [
    ...areas.flatMap((area) => [
      bold(area),
      textTable(
        heads,
        comparison[area].map((each) => [each.name, short(each.from), short(each.to)]),
      ),
    ]),
    ...(metrics.length === 0
      ? []
      : [
          bold('metrics'),
          textTable(
            [...heads, 'difference'],
            metrics.map((each) => [
              each.name,
              shortNumber(measuredNumber(each.from)),
              shortNumber(measuredNumber(each.to)),
              shortNumber(measuredNumber(each.difference)),
            ]),
          ),
        ]),
    ...(cardChanged.length === 0
      ? []
      : [
          bold('card'),
          ...cardChanged.map(({ mark, text }) =>
            mark === '+' ? green(`+ ${text}`) : red(`- ${text}`),
          ),
        ]),
  ]
  return parts.length === 0 ? 'They are the same.' : parts.join('\n')
}

function short(text: string | undefined): string {
  return text?.replace(/^sha256:([0-9a-f]{12})[0-9a-f]+$/, '$1') ?? ''
}

export function lineageCommand(): Command {
  return baseCommand('lineage', 'what a version was made of, and what relies on it')
    .argument('<name>')
    .argument('<version>', 'a version', Number)
    .action(async (name: string, version: number, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.models.lineage, { name, version }),
      )
      show(result, options.json, ({ run, data, features, code, environment, ...uses }) =>
        textTable(
          ['', ''],
          [
            ...(run
              ? [['run', `${run.name} (${run.id}) of ${run.experiment}, ${when(run.startedAt)}`]]
              : []),
            ...data.map((each) => [
              'data',
              `${each.name}${each.version === undefined ? '' : ` version ${each.version}`} ${short(each.digest)} (${each.context})`,
            ]),
            ...features.map((each) => ['features', `${each.view} over ${each.dataset}`]),
            ...(code ? [['code', `${code.commit}${code.dirty ? ' and changes on top' : ''}`]] : []),
            ...Object.entries(environment).map(([key, value]) => [key, value]),
            ...uses.endpoints.map((each) => ['endpoint', `${each.name} (${each.alias})`]),
            ...uses.consumers.map((each) => ['consumer', each]),
          ],
        ),
      )
    })
}

export function clientCommand(): Command {
  return baseCommand('client', 'print a typed TypeScript client of a model')
    .argument('<name>')
    .option('--version <n>', 'of this version; the champion unless said', Number)
    .option('--endpoint <name>', 'that asks this endpoint')
    .action(
      async (name: string, options: BaseOptions & { version?: number; endpoint?: string }) => {
        const { version, endpoint } = options
        const result = await withCaller(options, (caller) =>
          caller.call(operations.models.client, {
            name,
            ...(version === undefined ? {} : { version }),
            ...(endpoint === undefined ? {} : { endpoint }),
          }),
        )
        show(result, options.json, ({ code }) => code)
      },
    )
}
