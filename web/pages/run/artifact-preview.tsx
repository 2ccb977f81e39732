import { lazy, Suspense, type ReactNode } from 'react'
import { formatBytes } from '../../design/format.ts'
import { Skeleton } from '../../design/skeleton.tsx'
import { MediaPreview } from './preview/media-preview.tsx'
import { TextPreview } from './preview/text-preview.tsx'
import type { FileOf } from './preview/use-file.ts'
import { largest, previewKind } from './preview-kind.ts'
import './artifacts.css'

const TablePreview = lazy(async () => ({
  default: (await import('./preview/table-preview.tsx')).TablePreview,
}))
const JsonPreview = lazy(async () => ({
  default: (await import('./preview/json-preview.tsx')).JsonPreview,
}))
const MarkdownPreview = lazy(async () => ({
  default: (await import('./preview/markdown-preview.tsx')).MarkdownPreview,
}))
const PagePreview = lazy(async () => ({
  default: (await import('./preview/page-preview.tsx')).PagePreview,
}))
const MlmodelPreview = lazy(async () => ({
  default: (await import('./preview/mlmodel-preview.tsx')).MlmodelPreview,
}))

/** A file as a person can look at it here. Nothing in it is ever run. */
export function ArtifactPreview({ file }: { file: FileOf }): ReactNode {
  const kind = previewKind(file.path, file.type)
  if (kind === undefined) {
    return (
      <Instead>There is no preview for this kind of file. It has {formatBytes(file.size)}.</Instead>
    )
  }
  if (file.size > largest[kind]) {
    return (
      <Instead>
        It has {formatBytes(file.size)}; files of this kind are shown up to{' '}
        {formatBytes(largest[kind])}. Download it to look at it.
      </Instead>
    )
  }
  return <Suspense fallback={<Skeleton />}>{shown(file, kind)}</Suspense>
}

function shown(file: FileOf, kind: NonNullable<ReturnType<typeof previewKind>>): ReactNode {
  switch (kind) {
    case 'image':
    case 'audio':
    case 'video':
      return <MediaPreview file={file} kind={kind} />
    case 'table':
      return <TablePreview file={file} />
    case 'json':
      return <JsonPreview file={file} />
    case 'markdown':
      return <MarkdownPreview file={file} />
    case 'html':
    case 'pdf':
      return <PagePreview file={file} kind={kind} />
    case 'mlmodel':
      return <MlmodelPreview file={file} />
    case 'text':
      return <TextPreview file={file} />
  }
}

function Instead({ children }: { children: ReactNode }): ReactNode {
  return <p className="preview-instead">{children}</p>
}
