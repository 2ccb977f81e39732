import { Option, type Command } from 'commander'
import { operations, type Caller } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { green, show } from '../output.ts'
import { whichRuns, withWhichRuns, type WhichRuns } from './list-command.ts'
import { withInputs, type RunWithInputs } from './with-inputs.ts'

interface ExportOptions extends BaseOptions, WhichRuns {
  readonly format?: 'csv' | 'jsonl' | 'parquet'
}

const page = 500

/** `runs export`: runs as a file. */
export function exportCommand(): Command {
  return withWhichRuns(baseCommand('export', 'runs as CSV, JSON lines or Parquet'))
    .argument('<file>', 'its ending says the format')
    .option('-o, --order <text>', 'for example: metrics.f1 desc')
    .addOption(
      new Option('--format <format>', 'whatever the ending').choices(['csv', 'jsonl', 'parquet']),
    )
    .action(async (file: string, options: ExportOptions) => {
      const { exportRuns, runsFormatOf } = await import('#app')
      const format = options.format ?? runsFormatOf(file)
      const runs = await withCaller(options, (caller) =>
        exportRuns(pagesOf(caller, options), file, format),
      )
      show({ file, format, runs }, options.json, () => `${green('✓')} ${runs} runs in ${file}`)
    })
}

async function* pagesOf(
  caller: Caller,
  options: ExportOptions,
): AsyncGenerator<readonly RunWithInputs[]> {
  const order = options.order === undefined ? {} : { order: options.order }
  let cursor: string | undefined
  do {
    const found = await caller.call(operations.runs.search, {
      ...{ ...whichRuns(options), ...order, limit: page },
      ...(cursor === undefined ? {} : { cursor }),
    })
    yield await withInputs(caller, found.runs)
    cursor = found.next
  } while (cursor !== undefined)
}
