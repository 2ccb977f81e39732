import type { ReactNode } from 'react'
import { ErrorState } from '../../../design/error-state.tsx'
import { formatBytes } from '../../../design/format.ts'
import { Skeleton } from '../../../design/skeleton.tsx'
import { useFile, type FileOf } from './use-file.ts'

interface FileTextProps {
  readonly file: FileOf
  readonly most?: number
  readonly children: (text: string) => ReactNode
}

/** Reads a file as text; what is longer than `most` bytes is cut, and said to be. */
export function FileText({ file, most = 25_000_000, children }: FileTextProps): ReactNode {
  const read = useFile(file, most)
  if (read.isError) return <ErrorState error={read.error} retry={() => void read.refetch()} />
  if (read.data === undefined) return <Skeleton />
  return (
    <>
      {children(new TextDecoder().decode(read.data))}
      {file.size > most && (
        <p className="muted small">
          The first {formatBytes(most)} of {formatBytes(file.size)}; download it to see all.
        </p>
      )}
    </>
  )
}
