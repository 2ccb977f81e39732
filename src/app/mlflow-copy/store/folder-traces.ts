import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Json } from '../../json.ts'
import type { Files, StoredTraces, Texts } from './mlflow-store.ts'
import { ifThere } from './stored-files.ts'
import { spansOfFiles } from './stored-spans.ts'
import { traceJson } from './trace-json.ts'

/** The traces of an mlruns folder: `<experiment>/traces/<id>`, with the spans in a file among its artifacts. */
export function folderTraces(root: string, texts: (place: string) => Promise<Texts>): StoredTraces {
  const places = new Map<string, string>()

  function filesOf(trace: string): Files | undefined {
    const place = places.get(trace)
    return place === undefined ? undefined : { folder: join(place, 'artifacts') }
  }

  async function infoOf(experiment: string, place: string): Promise<Json | undefined> {
    const own = await yaml(join(place, 'trace_info.yaml'))
    if (!own) return undefined
    const id = String(own.trace_id ?? own.request_id)
    places.set(id, place)
    const [tags, metadata, said] = await Promise.all([
      texts(join(place, 'tags')),
      texts(join(place, 'request_metadata')),
      assessments(join(place, 'assessments')),
    ])
    const duration = own.execution_duration_ms ?? own.execution_time_ms
    return traceJson({
      ...{ id, experiment, tags, metadata, assessments: said },
      start:
        typeof own.request_time === 'string'
          ? Date.parse(own.request_time)
          : Number(own.timestamp_ms),
      state: String(own.state ?? own.status),
      duration: typeof duration === 'number' ? duration : undefined,
      clientId: textOf(own.client_request_id),
      request: textOf(own.request_preview),
      response: textOf(own.response_preview),
    })
  }

  return {
    async *traces(experiment) {
      const place = join(root, experiment, 'traces')
      const names = (await ifThere(readdir(place))) ?? []
      const found = await Promise.all(names.map((name) => infoOf(experiment, join(place, name))))
      yield found
        .filter((each) => each !== undefined)
        .toSorted((a, b) => (String(a.request_time) < String(b.request_time) ? -1 : 1))
    },
    spans: (trace) => spansOfFiles(filesOf(trace)),
    traceFiles: (trace) => Promise.resolve(filesOf(trace)),
  }
}

async function assessments(place: string): Promise<readonly Json[]> {
  const names = (await ifThere(readdir(place))) ?? []
  const found = await Promise.all(names.map((name) => yaml(join(place, name))))
  return found.filter((each) => each !== undefined)
}

async function yaml(file: string): Promise<Json | undefined> {
  const text = await ifThere(readFile(file, 'utf8'))
  const value: unknown = text === undefined ? undefined : parse(text)
  return typeof value === 'object' && value !== null ? (value as Json) : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
