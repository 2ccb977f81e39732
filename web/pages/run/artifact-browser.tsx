import type { ReactNode } from 'react'
import { operations } from '#contract'
import { Card } from '../../design/card.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { formatBytes } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'
import { useSearchState } from '../../app/search-state.ts'
import { ArtifactPreview } from './artifact-preview.tsx'
import { ArtifactTree } from './artifact-tree.tsx'
import { fileHref, type FileOf } from './preview/use-file.ts'
import './artifacts.css'

interface ArtifactBrowserProps {
  readonly owner: string
  /** What is said where it has none. */
  readonly empty?: ReactNode
}

/** The files of a run, a logged model or a trace: their tree on the left, the chosen one on the right, and in the address. */
export function ArtifactBrowser({ owner, empty }: ArtifactBrowserProps): ReactNode {
  const [search, change] = useSearchState()
  const read = useRead(operations.artifacts.list, { owner })
  return (
    <Read of={read}>
      {({ entries }) =>
        entries.length === 0 ? (
          (empty ?? (
            <EmptyState icon="data" title="No files yet">
              What a run stores stands here, and can be looked at: pictures, tables, text, pages,
              sound, film, models.
            </EmptyState>
          ))
        ) : (
          <Card title="Files">
            <div className="artifact-browser">
              <ArtifactTree
                owner={owner}
                chosen={search.file}
                onChoose={(file) => change({ file: file.path })}
              />
              <Chosen owner={owner} path={search.file} />
            </div>
          </Card>
        )
      }
    </Read>
  )
}

function Chosen({ owner, path }: { owner: string; path: string | undefined }): ReactNode {
  const folder = path?.split('/').slice(0, -1).join('/') ?? ''
  const read = useRead(
    operations.artifacts.list,
    { owner, ...(folder === '' ? {} : { folder }) },
    { enabled: path !== undefined },
  )
  if (path === undefined) {
    return <p className="preview-instead">Choose a file to look at it.</p>
  }
  return (
    <Read of={read}>
      {({ entries }) => {
        const found = entries.find((each) => each.path === path)
        if (found?.size === undefined || found.digest === undefined) {
          return <p className="preview-instead">There is no file {path} here any more.</p>
        }
        return <OneFile file={{ owner, path, size: found.size, digest: found.digest }} />
      }}
    </Read>
  )
}

function OneFile({ file }: { file: FileOf }): ReactNode {
  return (
    <section className="stack artifact-shown" aria-label={file.path}>
      <div className="line spread">
        <div className="grow">
          <strong className="wrap-anywhere">{file.path}</strong>
          <div className="muted small">{formatBytes(file.size)}</div>
        </div>
        <a className="button-link" href={fileHref(file)} download={file.path.split('/').at(-1)}>
          <Icon name="download" size={15} /> Download
        </a>
      </div>
      <ArtifactPreview key={file.digest + file.path} file={file} />
    </section>
  )
}
