import type { Command } from 'commander'
import { operations } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { shortNumber, show, textTable } from '../output.ts'
import { rowOfWords, rowsOfFile } from '../row-arguments.ts'

export function command(): Command {
  return baseCommand('predict')
    .argument('<endpoint>')
    .argument('[values...]', 'NAME=VALUE for each input of one row')
    .option('--file <file>', 'rows as JSON (an array of objects) instead')
    .option('--explain', 'with the reasons of each answer')
    .action(
      async (
        name: string,
        values: readonly string[],
        options: BaseOptions & { file?: string; explain?: boolean },
      ) => {
        const rows =
          options.file === undefined ? [rowOfWords(values)] : await rowsOfFile(options.file)
        const result = await withCaller(options, (caller) =>
          caller.call(operations.endpoints.predict, {
            name,
            rows: [...rows],
            explain: options.explain ?? false,
          }),
        )
        show(result, options.json, ({ answers }) =>
          textTable(
            ['answer', 'probability', 'version', 'prediction', 'reasons'],
            answers.map((each) => [
              each.label,
              shortNumber(each.probability),
              each.version,
              each.id,
              (each.reasons ?? [])
                .slice(0, 3)
                .map(
                  (one) =>
                    `${one.feature} ${one.contribution >= 0 ? '+' : ''}${shortNumber(one.contribution)}`,
                )
                .join(', '),
            ]),
          ),
        )
      },
    )
}
