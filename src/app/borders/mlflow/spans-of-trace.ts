import { text } from 'node:stream/consumers'
import type { Rooms } from '../../rooms.ts'
import { spansFile, spansIn } from './span-file.ts'

interface TraceSpans {
  readonly spans: readonly Readonly<Record<string, unknown>>[]
  /** Why the file they are in cannot be read. */
  readonly problem?: string
}

/** As much as one export of spans may have: a file is read whole, for each question about it. */
const largestFile = 64 << 20

/** A trace's spans: rows, or the file that a client without OTLP left. */
export async function spansOfTrace({ tracking }: Rooms, trace: string): Promise<TraceSpans> {
  const kept = (await tracking.spansOf([trace])).get(trace)
  if (kept !== undefined) return { spans: kept }
  const file = await tracking.findArtifact(trace, spansFile)
  if (file === undefined) return { spans: [] }
  if (file.size > largestFile) {
    const problem = `Its spans are in a file of ${file.size} bytes; those of up to ${largestFile} are read. Download ${spansFile} of trace ${trace}.`
    return { spans: [], problem }
  }
  const content = await text(await tracking.artifact(trace, spansFile))
  try {
    return { spans: spansIn(content) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const problem = `Its client wrote its spans into ${spansFile}, which cannot be read: ${why}. Write it again, or remove it.`
    return { spans: [], problem }
  }
}
