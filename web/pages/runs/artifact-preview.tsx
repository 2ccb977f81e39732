import { useQuery } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { operations, type Artifact } from '#contract'
import { CodeBlock } from '../../design/code-block.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { formatBytes } from '../../design/format.ts'
import { Skeleton } from '../../design/skeleton.tsx'
import { useCaller } from '../../app/api.tsx'
import { previewKind } from './preview-kind.ts'

/** Larger files are for downloading. */
const mostBytes = 8_000_000
const mostLetters = 200_000

interface ArtifactPreviewProps {
  readonly run: string
  readonly artifact: Artifact
}

/** A file as a person can look at it here: text, JSON or an image. HTML is shown as text, never run. */
export function ArtifactPreview({ run, artifact }: ArtifactPreviewProps): ReactNode {
  const caller = useCaller()
  const kind = previewKind(artifact.path)
  const wanted = kind !== undefined && artifact.size <= mostBytes
  const read = useQuery({
    queryKey: ['runs', 'artifact', artifact.digest],
    queryFn: async () =>
      new Response(
        await caller.download(operations.runs.artifact, { run, path: artifact.path }),
      ).blob(),
    enabled: wanted,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (!wanted) {
    return (
      <p className="muted">
        {kind === undefined ? 'No preview for this kind of file.' : 'Too large to show here.'} It
        has {formatBytes(artifact.size)}.
      </p>
    )
  }
  if (read.isError) return <ErrorState error={read.error} retry={() => void read.refetch()} />
  if (read.data === undefined) return <Skeleton />
  if (kind === 'image') return <ImagePreview blob={read.data} path={artifact.path} />
  return <TextPreview blob={read.data} path={artifact.path} json={kind === 'json'} />
}

function ImagePreview({ blob, path }: { blob: Blob; path: string }): ReactNode {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const type = path.endsWith('.svg') ? 'image/svg+xml' : blob.type
    const made = URL.createObjectURL(new Blob([blob], { type }))
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [blob, path])
  return url === undefined ? null : <img className="artifact-image" src={url} alt={path} />
}

function TextPreview({ blob, path, json }: TextPreviewProps): ReactNode {
  const [text, setText] = useState<string>()
  useEffect(() => {
    let gone = false
    void blob.text().then((read) => {
      if (!gone) setText(json ? indented(read) : read)
    })
    return () => {
      gone = true
    }
  }, [blob, json])
  if (text === undefined) return <Skeleton />
  const cut = text.length > mostLetters
  return (
    <>
      <CodeBlock code={cut ? text.slice(0, mostLetters) : text} label={path} />
      {cut && <p className="muted small">The beginning; download it to see all.</p>}
    </>
  )
}

interface TextPreviewProps {
  readonly blob: Blob
  readonly path: string
  readonly json: boolean
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
