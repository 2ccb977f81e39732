import { readStoredSpan } from '../../borders/mlflow/span-file.ts'
import type { Json } from '../../json.ts'
import type { Files, StoredTraces, Texts } from './mlflow-store.ts'
import { filesAt } from './stored-files.ts'
import { spansOfFiles } from './stored-spans.ts'
import { assessmentJson, traceJson } from './trace-json.ts'

type Row = Readonly<Record<string, unknown>>
type Ask = (sql: string, ...values: readonly (string | number)[]) => Promise<readonly Row[]>

const page = 100

/** What later schemas keep in columns and earlier ones, as every client, in metadata. */
const columns = {
  'mlflow.trace.tokenUsage': [
    'input_tokens',
    'output_tokens',
    'total_tokens',
    'cache_read_input_tokens',
    'cache_creation_input_tokens',
    'cache_creation_input_tokens_above_1hr',
  ],
  'mlflow.trace.cost': ['input_cost', 'output_cost', 'total_cost'],
} as const

/** The traces of a database of MLflow's. `ask` answers nothing where a table is not there. */
export function databaseTraces(
  ask: Ask,
  textsOf: (sql: string, ...values: readonly (string | number)[]) => Promise<Texts>,
  base: string,
  artifacts: string | undefined,
): StoredTraces {
  const tagsOf = (trace: string): Promise<Texts> =>
    textsOf(`select key as k, value as v from trace_tags where request_id = ?`, trace)

  function filesIn({ 'mlflow.artifactLocation': place }: Texts): Files | undefined {
    return place === undefined ? undefined : filesAt(place, base, artifacts)
  }

  async function infoOf(row: Row): Promise<Json> {
    const id = String(row.request_id)
    const [tags, metadata, said] = await Promise.all([
      tagsOf(id),
      textsOf(`select key as k, value as v from trace_request_metadata where request_id = ?`, id),
      ask(`select * from assessments where trace_id = ? order by created_timestamp`, id),
    ])
    return traceJson({
      id,
      experiment: String(row.experiment_id),
      start: Number(row.timestamp_ms),
      state: String(row.status),
      duration: numberOf(row.execution_time_ms),
      clientId: textOf(row.client_request_id),
      request: textOf(row.request_preview),
      response: textOf(row.response_preview),
      tags: { ...named('mlflow.traceName', row.trace_name), ...tags },
      metadata: { ...promoted(row), ...metadata },
      assessments: said.map(assessmentOf),
    })
  }

  return {
    async *traces(experiment) {
      let last = { at: -1, id: '' }
      for (;;) {
        const found = await ask(
          `select * from trace_info where experiment_id = ?
            and (timestamp_ms > ? or (timestamp_ms = ? and request_id > ?))
            order by timestamp_ms, request_id limit ${page}`,
          ...[Number(experiment), last.at, last.at, last.id],
        )
        const infos = []
        for (const row of found) infos.push(await infoOf(row))
        yield infos
        const end = found.at(-1)
        if (found.length < page || !end) return
        last = { at: Number(end.timestamp_ms), id: String(end.request_id) }
      }
    },

    async spans(trace) {
      const found = await ask(
        `select content from spans where trace_id = ? order by start_time_unix_nano`,
        trace,
      )
      if (found.length > 0) return found.map(({ content }) => readStoredSpan(String(content)))
      const tags = await tagsOf(trace)
      if (tags['mlflow.trace.spansLocation'] === 'TRACKING_STORE') return []
      return spansOfFiles(filesIn(tags))
    },

    traceFiles: async (trace) => filesIn(await tagsOf(trace)),
  }
}

function promoted(row: Row): Texts {
  const sums = Object.entries(columns).flatMap(([key, names]) => {
    const known = names.flatMap((name) => {
      const value = numberOf(row[name])
      return value === undefined ? [] : [[name, value] as const]
    })
    return known.length === 0 ? [] : [[key, JSON.stringify(Object.fromEntries(known))] as const]
  })
  return { ...named('mlflow.trace.session', row.session_id), ...Object.fromEntries(sums) }
}

function assessmentOf(row: Row): Json {
  return assessmentJson({
    id: String(row.assessment_id),
    trace: String(row.trace_id),
    name: String(row.name),
    kind: String(row.assessment_type),
    value: JSON.parse(String(row.value)) as unknown,
    error: jsonOf(row.error),
    source: { source_type: row.source_type, source_id: row.source_id ?? '' },
    created: Number(row.created_timestamp),
    updated: Number(row.last_updated_timestamp),
    rationale: textOf(row.rationale),
    span: textOf(row.span_id),
    overrides: textOf(row.overrides),
    isValid: row.valid === true || Number(row.valid) === 1,
    metadata: jsonOf(row.assessment_metadata),
  })
}

function named(key: string, value: unknown): Texts {
  return typeof value === 'string' ? { [key]: value } : {}
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function numberOf(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value)
}

function jsonOf(value: unknown): unknown {
  return typeof value === 'string' ? (JSON.parse(value) as unknown) : undefined
}
