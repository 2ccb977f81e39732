import type { DuckDBConnection } from '@duckdb/node-api'
import { TidemillError } from '#contract'
import { readCsvHeader, type CsvHeader } from './csv-header.ts'
import { literal } from './sql-text.ts'
import { checkUtf8 } from './text-file.ts'

export interface CsvOptions {
  /** Texts that stand for a missing value; the empty text always does. */
  readonly nullValues?: readonly string[]
  /** The name a person knows the file by, for messages. */
  readonly shownAs?: string
}

const wider: Readonly<Record<string, string>> = { BIGINT: 'DOUBLE' }

/**
 * Finds types that every value of a CSV fits, and hands `use` the engine's expression that reads it with them. Types are guessed
 * from the head of the file; a value further down that does not fit makes its column wider, and `use` runs again.
 */
export async function withCsv<T>(
  connection: DuckDBConnection,
  file: string,
  options: CsvOptions,
  use: (expression: string) => Promise<T>,
): Promise<T> {
  const shownAs = options.shownAs ?? file
  await checkUtf8(file, shownAs)
  const header = await readCsvHeader(file, shownAs)
  const fixed = fixedOptions(header, options)
  const types = await guessTypes(connection, file, header, fixed)
  for (;;) {
    try {
      return await use(expressionOf(file, header, types, fixed))
    } catch (error) {
      const misfit = columnOfMisfit(error)
      const index = misfit === undefined ? -1 : header.names.indexOf(misfit)
      if (index < 0 || types[index] === 'VARCHAR') throw csvError(error, shownAs)
      types[index] = wider[types[index] ?? ''] ?? 'VARCHAR'
    }
  }
}

function fixedOptions({ delimiter }: CsvHeader, { nullValues = [] }: CsvOptions): string {
  const nulls = ['', ...nullValues].map(literal).join(', ')
  return `header=true, delim=${literal(delimiter)}, quote='"', escape='"', nullstr=[${nulls}]`
}

function expressionOf(
  file: string,
  { names }: CsvHeader,
  types: readonly string[],
  fixed: string,
): string {
  const columns = names.map((name, i) => `${literal(name)}: ${literal(types[i] ?? 'VARCHAR')}`)
  return `read_csv(${literal(file)}, auto_detect=false, columns={${columns.join(', ')}}, ${fixed})`
}

async function guessTypes(
  connection: DuckDBConnection,
  file: string,
  { names }: CsvHeader,
  fixed: string,
): Promise<string[]> {
  const sniff = `select unnest(Columns, recursive := true) from sniff_csv(${literal(file)}, ${fixed}, sample_size=20480)`
  const guessed = await connection
    .runAndReadAll(sniff)
    .then((result) => result.getRows().map(([, type]) => String(type)))
    // What the guess stumbles over, the strict reading names with its line.
    .catch(() => [])
  if (guessed.length !== names.length) return names.map(() => 'VARCHAR')
  return guessed.map((type) => {
    // The engine takes yes and no for booleans too; a person's words stay as they are.
    if (type === 'BIGINT' || type === 'DOUBLE') return type
    return type.startsWith('TIMESTAMP') || type === 'DATE' ? 'TIMESTAMP' : 'VARCHAR'
  })
}

function columnOfMisfit(error: unknown): string | undefined {
  const text = error instanceof Error ? error.message : ''
  return /Error when converting column "(.*?)"\./s.exec(text)?.[1]
}

function csvError(error: unknown, file: string): unknown {
  if (!(error instanceof Error)) return error
  const line = Number(/CSV Error on Line: (\d+)/.exec(error.message)?.[1])
  if (!line) return error
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(error.message)
  const problem = counts
    ? `${counts[2]} fields where the header has ${counts[1]}.`
    : error.message.includes('unterminated quote')
      ? 'a quote is opened and never closed.'
      : (error.message
          .split('\n')
          .find((each) => /quote|line|size/i.test(each) && !each.startsWith('Invalid')) ??
        'cannot be read.')
  return new TidemillError('csv_malformed', { file, line, problem }, error)
}
