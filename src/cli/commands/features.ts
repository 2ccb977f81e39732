import { Command } from 'commander'
import { operations, TidemillError } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { show, textTable } from '../output.ts'
import { rowOfWords, rowsOfFile, type ArgumentRow } from '../row-arguments.ts'

export function command(): Command {
  return new Command('features')
    .addCommand(list())
    .addCommand(join())
    .addCommand(materialize())
    .addCommand(online())
}

function list(): Command {
  return baseCommand('ls', 'the views that tidemill.yaml declares').action(
    async (options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.features.views, {}),
      )
      show(result, options.json, ({ views }) =>
        views.length === 0
          ? 'No views. Declare them under features: in tidemill.yaml.'
          : textTable(
              ['view', 'dataset', 'keys', 'time', 'features'],
              views.map((view) => [
                view.name,
                view.dataset,
                view.keys.join(', '),
                view.time,
                view.features.join(', '),
              ]),
            ),
      )
    },
  )
}

function join(): Command {
  return baseCommand('join', 'give rows the features that were true at their time')
    .requiredOption('--rows <file>', 'JSON array of objects with the keys and a time')
    .requiredOption('--views <names>', 'views, separated by commas')
    .requiredOption('--time <column>', 'the column with the time to look from')
    .option('--full-names', 'name features view__feature')
    .option('--known-then', 'leave out what was written after that time')
    .action(
      async (
        options: BaseOptions & {
          rows: string
          views: string
          time: string
          fullNames?: boolean
          knownThen?: boolean
        },
      ) => {
        const rows = await rowsOfFile(options.rows)
        const result = await withCaller(options, (caller) =>
          caller.call(operations.features.join, {
            rows: [...rows],
            views: options.views.split(','),
            time: options.time,
            fullNames: options.fullNames ?? false,
            knownThen: options.knownThen ?? false,
          }),
        )
        show(result, options.json, (each) => rowTable(each.rows))
      },
    )
}

function materialize(): Command {
  return baseCommand('materialize', 'bring the newest values of a view online')
    .argument('<view>')
    .action(async (name: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.features.materialize, { name }),
      )
      show(
        result,
        options.json,
        ({ written, version }) => `${written} rows of version ${version} are online as ${name}.`,
      )
    })
}

function online(): Command {
  return baseCommand('get', 'the newest values of an entity')
    .argument('<view>')
    .argument('<keys...>', 'KEY=VALUE for each key')
    .action(async (name: string, words: readonly string[], options: BaseOptions) => {
      const entity = rowOfWords(words)
      const result = await withCaller(options, (caller) =>
        caller.call(operations.features.online, { name, entities: [entity] }),
      )
      const [values] = result.values
      if (!values && options.json !== true) {
        const problem = `${name} has nothing online for ${words.join(' ')}; "tidemill features materialize ${name}" brings it there.`
        throw new TidemillError('bad_request', { problem })
      }
      show(result, options.json, () => rowTable(values ? [values] : []))
    })
}

function rowTable(rows: readonly ArgumentRow[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return textTable(
    names,
    rows.map((row) => names.map((name) => shown(row[name]))),
  )
}

function shown(value: ArgumentRow[string] | undefined): string | number {
  if (value === null || value === undefined) return ''
  return typeof value === 'boolean' ? String(value) : value
}
