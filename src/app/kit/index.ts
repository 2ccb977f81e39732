import { operations } from '#contract'
import { evaluate } from '#evaluation'
import { trainTestSplit as split, type TrainedModel } from '#learn'
import { columnText, type Table } from '#table'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from './connect.ts'
import { readTable } from './files.ts'
import { pinnedVersion } from './pinned-version.ts'

// What a script sees as "tidemill".

export { connect } from './connect.ts'
export { loadParams, readTable, writeTable } from './files.ts'
export { startRun, type ActiveRun, type RunRequest } from './run.ts'
export { operations } from '#contract'
export { trainModel, type TrainedModel } from '#learn'
export { column, columnText, drop, rowsOf, select, take, tableFromRows, type Table } from '#table'

/** The newest version of a dataset. */
export async function loadDataset(name: string, version?: number): Promise<Table> {
  const caller = await connect()
  const wanted = version ?? pinnedVersion(name)
  const bytes = await caller.download(operations.datasets.download, {
    name,
    format: 'parquet',
    ...(wanted === undefined ? {} : { version: wanted }),
  })
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-'))
  try {
    const file = join(folder, 'data.parquet')
    await writeFile(file, await buffer(Readable.fromWeb(bytes)))
    return await readTable(file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Rows to train on and rows to test with; the same seed gives the same split. */
export function trainTestSplit(
  table: Table,
  options: { readonly label?: string; readonly testShare: number; readonly seed: number },
): { readonly train: Table; readonly test: Table } {
  return split(table, options)
}

/** Every metric of a model on rows it has not seen. */
export function evaluateModel(model: TrainedModel, test: Table): Readonly<Record<string, number>> {
  const truth = columnText(test, model.label)
  const known = truth.flatMap((text, row) => (text === null ? [] : [row]))
  const { labels, probabilities } = model.predict(test)
  const { classes, positive } = model
  const width = classes.length
  return evaluate(
    known.map((row) => truth[row] ?? ''),
    {
      labels: known.map((row) => labels[row] ?? ''),
      probabilities: known.flatMap((row) =>
        Array.from(probabilities.subarray(row * width, (row + 1) * width)),
      ),
      classes,
      ...(positive === undefined ? {} : { positive }),
    },
  )
}
