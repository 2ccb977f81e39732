import { dataOf } from '#contract'
import type { Tracking } from '#tracking'
import { csvLine } from '../csv-line.ts'

const atOnce = 500
const facts = ['run_id', 'name', 'status', 'started', 'ended', 'user'] as const
const origin = ['dataset', 'code', 'source', 'models'] as const

/** Runs as lines of CSV, some hundreds at a time. */
export async function* runsCsv(
  tracking: Pick<Tracking, 'readRows'>,
  rows: readonly number[],
  columns: readonly string[],
): AsyncGenerator<string> {
  yield csvLine([...facts, ...origin, ...columns])
  for (let start = 0; start < rows.length; start += atOnce) {
    const found = await tracking.readRows({ rows: rows.slice(start, start + atOnce) }, columns)
    const lines = found.runs.map((run, index) => {
      const ended = run.endedAt === undefined ? '' : time(run.endedAt)
      const models = run.models?.map(({ name }) => name).join('; ') ?? ''
      return csvLine([
        ...[run.id, run.name, run.status, time(run.startedAt), ended, run.user],
        ...[dataOf(run, run.inputs).join('; '), run.code ?? '', run.program ?? '', models],
        ...columns.map((column) => found.values[column]?.[index] ?? ''),
      ])
    })
    yield lines.join('')
  }
}

function time(at: number): string {
  return new Date(at).toISOString()
}
