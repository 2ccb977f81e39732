import { isLoginRefused, messageOf, rootOf, type Copying } from './copied.ts'
import type { Json } from './json.ts'

interface Attached {
  readonly id: string
  readonly bytes: number
}

/** Copies what is attached to spans (images, audio) to where the target says that the trace's files go. */
export async function copyAttachments(
  { from, to, report }: Copying,
  trace: string,
  spans: readonly Json[],
  location: unknown,
): Promise<void> {
  for (const { id, bytes } of attachedTo(trace, spans)) {
    const asked = new URLSearchParams({ request_id: trace, path: id }).toString()
    try {
      const file = await from.download(`/ajax-api/2.0/mlflow/get-trace-artifact?${asked}`)
      await to.upload(`${rootOf(String(location))}/attachments/${id}`, file)
    } catch (error) {
      if (isLoginRefused(error)) throw error
      throw new Error(`its attachment ${id} could not be brought: ${messageOf(error)}`, {
        cause: error,
      })
    }
    report.files++
    report.bytes += bytes
  }
}

/** Spans name what is attached to them: `mlflow-attachment://ID?content_type=image%2Fpng&trace_id=TRACE&size=7`. */
function attachedTo(trace: string, spans: readonly Json[]): readonly Attached[] {
  const found = new Map<string, Attached>()
  for (const [, id = '', query] of JSON.stringify(spans).matchAll(
    /mlflow-attachment:\/\/([\w-]+)\?([^"\\\s]*)/g,
  )) {
    const facts = new URLSearchParams(query)
    if (facts.get('trace_id') !== trace) continue
    found.set(id, { id, bytes: Number(facts.get('size')) || 0 })
  }
  return [...found.values()]
}
