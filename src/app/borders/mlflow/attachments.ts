import type {
  operations,
  OutputOf,
  SpanAttachment,
  SpanDetail,
  SpanPart,
  TraceAttachment,
} from '#contract'
import type { Listed } from '#tracking'
import type { Json } from '../../json.ts'
import { spanLines } from './span-record.ts'

type Attachment = OutputOf<typeof operations.traces.attachments>['attachments'][number]

/** Where they lie among the files of a trace. */
export const attachmentsFolder = 'attachments'

/** A word of a span for a file. */
export interface Reference {
  readonly id: string
  readonly trace: string
  readonly type: string
  /** Bytes, as the client counted them; 0 where it said no number of them. */
  readonly size: number
  readonly text: string
}

/** What a value names, each once: `mlflow-attachment://ID?content_type=image%2Fpng&trace_id=TRACE&size=7`. */
export function referencesIn(value: unknown): readonly Reference[] {
  const found = new Map<string, Reference>()
  const words = JSON.stringify(value ?? null).matchAll(
    /mlflow-attachment:\/\/([\w-]+)\?([\w.~%+&=-]*)/g,
  )
  for (const [text, id = '', query] of words) {
    const facts = new URLSearchParams(query)
    const [trace, type] = [facts.get('trace_id') ?? '', facts.get('content_type') ?? '']
    if (trace === '' || type === '') continue
    found.set(`${trace}/${id}`, { id, trace, type, size: bytesIn(facts.get('size')), text })
  }
  return [...found.values()]
}

/** Clients say any text as a size. */
function bytesIn(said: string | null): number {
  const size = /^\d+$/.test(said ?? '') ? Number(said) : 0
  return Number.isSafeInteger(size) ? size : 0
}

/** All that lies there or is named, by the order of the spans that name it; what none names comes last. */
export function attachmentsOf(
  trace: string,
  bodies: readonly Json[],
  files: readonly Listed[],
): Attachment[] {
  const found = new Map<string, Attachment>()
  const [bodyOf, fileOf] = [bodiesById(bodies), filesByPath(files)]
  for (const { id: span, name } of spanLines(bodies)) {
    for (const reference of referencesIn(bodyOf.get(span))) {
      const key = `${reference.trace}/${reference.id}`
      const known = found.get(key) ?? { ...attachmentOf(trace, reference, fileOf), spans: [] }
      known.spans.push({ id: span, name })
      found.set(key, known)
    }
  }
  for (const file of files) {
    const id = file.path.slice(attachmentsFolder.length + 1)
    if (file.size === undefined || found.has(`${trace}/${id}`)) continue
    found.set(`${trace}/${id}`, { id, trace, ...file, spans: [] })
  }
  return [...found.values()]
}

/** What a span names, and in which part of it. */
export function attachmentsIn(
  trace: string,
  span: Omit<SpanDetail, 'attachments'>,
  files: readonly Listed[],
): SpanAttachment[] {
  const fileOf = filesByPath(files)
  const parts: readonly SpanPart[] = ['inputs', 'outputs', 'attributes', 'events']
  return parts.flatMap((within) =>
    referencesIn(span[within]).map((reference) => ({
      ...attachmentOf(trace, reference, fileOf),
      ...{ within, reference: reference.text },
    })),
  )
}

function attachmentOf(
  trace: string,
  { id, trace: owner, type }: Reference,
  fileOf: ReadonlyMap<string, Listed>,
): TraceAttachment {
  const path = `${attachmentsFolder}/${id}`
  const file = owner === trace ? fileOf.get(path) : undefined
  return { id, trace: owner, path, type, ...file }
}

function filesByPath(files: readonly Listed[]): ReadonlyMap<string, Listed> {
  return new Map(files.map((file) => [file.path, file]))
}

function bodiesById(bodies: readonly Json[]): ReadonlyMap<string | undefined, Json> {
  return new Map(bodies.map((body) => [spanLines([body])[0]?.id, body]))
}
