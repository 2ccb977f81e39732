import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { extname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { commitOf, dataOf, programOf, TidemillError, type Run, type RunRow } from '#contract'
import { openQuery } from '#query'
import { tableFromRows, type Row } from '#table'
import { csvText } from './csv-text.ts'

export type RunsFormat = 'csv' | 'jsonl' | 'parquet'

/** A run with what it read and made, where that is known. */
export type ExportedRun = Run & Pick<RunRow, 'inputs' | 'models'>

/** The format a file's name asks for. */
export function runsFormatOf(file: string): RunsFormat {
  const ending = extname(file).slice(1).toLowerCase()
  if (ending === 'csv' || ending === 'parquet') return ending
  if (ending === 'jsonl' || ending === 'ndjson') return 'jsonl'
  const problem = `${file} says no format: end it in .csv, .jsonl or .parquet, or say --format.`
  throw new TidemillError('bad_request', { problem })
}

/** Writes runs as a table, a run a row, or as JSON lines, each the whole run. The old file stands until the new one is whole. */
export async function exportRuns(
  pages: AsyncIterable<readonly ExportedRun[]>,
  file: string,
  format: RunsFormat,
): Promise<number> {
  const part = `${file}.part`
  try {
    const count =
      format === 'jsonl' ? await writeLines(pages, part) : await writeTable(pages, part, format)
    await rename(part, file)
    return count
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

async function writeLines(
  pages: AsyncIterable<readonly ExportedRun[]>,
  file: string,
): Promise<number> {
  let count = 0
  await pipeline(async function* () {
    for await (const runs of pages) {
      count += runs.length
      yield runs.map((run) => `${JSON.stringify(run)}\n`).join('')
    }
  }, createWriteStream(file))
  return count
}

async function writeTable(
  pages: AsyncIterable<readonly ExportedRun[]>,
  file: string,
  format: 'csv' | 'parquet',
): Promise<number> {
  const rows: Row[] = []
  for await (const runs of pages) rows.push(...runs.map(rowOf))
  const names = columnsOf(rows)
  if (format === 'csv') {
    await pipeline(csvText(names, rows), createWriteStream(file))
    return rows.length
  }
  const query = openQuery()
  try {
    const whole = rows.map((row) =>
      Object.fromEntries(names.map((name) => [name, row[name] ?? null])),
    )
    await query.writeParquet(tableFromRows(whole), file)
  } finally {
    await query.close()
  }
  return rows.length
}

const first = [
  'run',
  'name',
  'experiment',
  'status',
  'user',
  'started',
  'ended',
  'code',
  'source',
  'data',
  'models',
]

/** What every run has first, then params, metrics and tags, each in the order of names. */
function columnsOf(rows: readonly Row[]): readonly string[] {
  const found = new Set(rows.flatMap((row) => Object.keys(row)))
  const of = (area: string) => [...found].filter((name) => name.startsWith(area)).toSorted()
  return [...first, ...of('params.'), ...of('metrics.'), ...of('tags.')]
}

function rowOf(run: ExportedRun): Row {
  const named = <T>(area: string, values: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [`${area}.${key}`, value]))
  const time = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString())
  return {
    ...{ run: run.id, name: run.name, experiment: run.experiment, status: run.status },
    ...{ user: run.user, started: time(run.startedAt), ended: time(run.endedAt) },
    ...{ code: commitOf(run) ?? null, source: programOf(run) ?? null },
    data: run.source.dataDigest ?? joined(dataOf(run.source, run.inputs)),
    models: joined((run.models ?? []).map(({ name }) => name)),
    ...named('params', run.params),
    ...named('metrics', run.metrics),
    ...named('tags', run.tags),
  }
}

function joined(texts: readonly string[]): string | null {
  return texts.length === 0 ? null : texts.join('; ')
}
