import { isJson, jsonList, type Json } from '../../json.ts'

/** Where clients put what they cannot send as spans. */
export const spansFile = 'traces.json'

/** The spans in the file that clients write, those of MLflow 2's clients in the words of later ones. */
export function spansIn(text: string): readonly Json[] {
  const { spans } = readStoredSpan(text)
  return jsonList(spans).map(inLaterWords)
}

/** Spans from a text: nanoseconds are more than a number holds. */
export function readStoredSpan(text: string): Json {
  const times = /((?:unix_nano|UnixNano|start_time|end_time|timestamp)": ?)(\d{16,})(?![\d.eE])/g
  return JSON.parse(text.replaceAll(times, '$1"$2"')) as Json
}

function inLaterWords(span: Json): Json {
  const { context, parent_id, start_time, end_time, status_code, status_message, ...rest } = span
  if (!isJson(context)) return span
  return {
    ...rest,
    trace_id: context.trace_id,
    span_id: context.span_id,
    parent_span_id: parent_id,
    start_time_unix_nano: start_time,
    end_time_unix_nano: end_time,
    status: { code: status_code, message: status_message },
    events: jsonList(rest.events).map(({ timestamp, ...event }) => ({
      ...event,
      time_unix_nano: timestamp,
    })),
  }
}
