import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { operations } from '#contract'
import { downloadHref, useCaller } from '../../../app/api.tsx'

/** A file of a run, a logged model or a trace. */
export interface FileOf {
  readonly owner: string
  readonly path: string
  readonly size: number
  readonly digest: string
  /** Its media type, where its name tells none. */
  readonly type?: string
}

export function fileHref({ owner, path, type }: Pick<FileOf, 'owner' | 'path' | 'type'>): string {
  const typed = type !== undefined && /^[\w.+-]+\/[\w.+-]+$/.test(type)
  return downloadHref(operations.artifacts.file, { owner, path, ...(typed ? { type } : {}) })
}

/** The bytes of a file, or the first `most` of them; the rest is not read. */
export function useFile(file: FileOf, most: number): UseQueryResult<Uint8Array<ArrayBuffer>> {
  const caller = useCaller()
  const { owner, path, digest } = file
  return useQuery({
    // What a digest names never changes: it is not read again even when all else is.
    queryKey: ['bytes', digest, most],
    queryFn: async () =>
      firstBytes(await caller.download(operations.artifacts.file, { owner, path }), most),
    staleTime: 'static',
    gcTime: 60_000,
  })
}

async function firstBytes(
  stream: ReadableStream<Uint8Array>,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  while (size < most) {
    const { done, value } = await reader.read()
    if (done) break
    chunks.push(value)
    size += value.length
  }
  await reader.cancel()
  const all = new Uint8Array(Math.min(size, most))
  let at = 0
  for (const chunk of chunks) {
    const part = chunk.subarray(0, all.length - at)
    all.set(part, at)
    at += part.length
  }
  return all
}
