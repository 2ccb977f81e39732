import type { EvaluationDataset, EvaluationRecord } from '#contract'
import type {
  EvaluationDataset as KeptDataset,
  EvaluationRecord as KeptRecord,
  Tracking,
} from '#tracking'
import { csvLine } from '../csv-line.ts'

const atOnce = 500

/** An evaluation data set as our own words have it, with the names of those of its experiments that are known. */
export function evaluationDatasetRecord(
  { experiments, schema, ...rest }: KeptDataset,
  names: ReadonlyMap<string, string>,
): EvaluationDataset {
  return {
    ...rest,
    tags: { ...rest.tags },
    fields: fieldsOf(schema),
    experiments: experiments.flatMap((id) => {
      const name = names.get(id)
      return name === undefined ? [] : [{ id, name }]
    }),
  }
}

export function evaluationRecord(record: KeptRecord): EvaluationRecord {
  const { body, dataset: _, ...rest } = record
  const trace = traceOf(body.source)
  return { ...rest, ...body, ...(trace === undefined ? {} : { trace }) } as EvaluationRecord
}

/** What the parts of records hold, which is kept as JSON, and not at all before the first record. */
function fieldsOf(schema: string): EvaluationDataset['fields'] {
  const known = schema === '' ? {} : (JSON.parse(schema) as Partial<EvaluationDataset['fields']>)
  return { inputs: {}, outputs: {}, expectations: {}, ...known }
}

/** The trace that a record says it came from, as MLflow's clients write it. */
function traceOf(source: KeptRecord['body']['source']): string | undefined {
  const data = source?.source_data as { readonly trace_id?: unknown } | null | undefined
  const id = data?.trace_id
  return typeof id === 'string' && id !== '' && id.length <= 64 ? id : undefined
}

type Reads = Pick<Tracking, 'evaluationRecords'>

/** Records as JSON lines, each as whoever merged it gave it: it can be merged again. */
export async function* recordLines(tracking: Reads, dataset: string): AsyncGenerator<string> {
  for await (const records of pagesOf(tracking, dataset)) {
    for (const { body } of records) yield `${JSON.stringify(body)}\n`
  }
}

/** Records as CSV: a column for each input and expectation there is, and one for all else of a part. */
export async function* recordsCsv(
  tracking: Reads,
  { id, schema }: KeptDataset,
): AsyncGenerator<string> {
  const { inputs, expectations } = fieldsOf(schema)
  const [asked, expected] = [Object.keys(inputs), Object.keys(expectations)]
  yield csvLine([
    'record_id',
    ...asked.map((name) => `inputs.${name}`),
    'outputs',
    ...expected.map((name) => `expectations.${name}`),
    'tags',
    'source',
  ])
  for await (const records of pagesOf(tracking, id)) {
    for (const { id: record, body } of records) {
      yield csvLine([
        record,
        ...asked.map((name) => cell(body.inputs[name])),
        cell(body.outputs),
        ...expected.map((name) => cell(body.expectations?.[name])),
        cell(body.tags),
        cell(body.source),
      ])
    }
  }
}

function cell(value: unknown): string | number {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value)
}

async function* pagesOf(tracking: Reads, dataset: string): AsyncGenerator<readonly KeptRecord[]> {
  let after = ''
  for (;;) {
    const { items, next } = await tracking.evaluationRecords(dataset, { after, limit: atOnce })
    yield items
    if (next === undefined) return
    after = next
  }
}
