import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { operations, TidemillError } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { shortNumber, show, textTable } from '../output.ts'

type Row = Readonly<Record<string, number | string | boolean | null>>

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
        const rows = options.file === undefined ? [rowOf(values)] : await rowsOf(options.file)
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

function rowOf(values: readonly string[]): Row {
  return Object.fromEntries(
    values.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) {
        throw new TidemillError('bad_request', {
          problem: `"${pair}" is not NAME=VALUE; for example: "Glucose=148".`,
        })
      }
      const text = pair.slice(at + 1)
      const number = Number(text)
      const value = text === '' ? null : Number.isNaN(number) ? text : number
      return [pair.slice(0, at), value]
    }),
  )
}

async function rowsOf(file: string): Promise<readonly Row[]> {
  const value: unknown = JSON.parse(await readFile(file, 'utf8'))
  if (Array.isArray(value)) return value as readonly Row[]
  throw new TidemillError('bad_request', {
    problem: `${file} must hold a JSON array of objects, one a row.`,
  })
}
