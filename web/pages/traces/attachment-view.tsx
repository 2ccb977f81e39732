import type { ReactNode } from 'react'
import type { TraceAttachment } from '#contract'
import { formatBytes } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { Link } from '../../design/link.tsx'
import { paths } from '../../app/paths.ts'
import { ArtifactPreview } from '../run/artifact-preview.tsx'
import { fileHref } from '../run/preview/use-file.ts'

interface AttachmentViewProps {
  readonly trace: string
  readonly attachment: TraceAttachment
}

/** A file that is attached to a span, as a person can look at it, or why not. */
export function AttachmentView({ trace, attachment }: AttachmentViewProps): ReactNode {
  const { id, trace: owner, path, type, size, digest } = attachment
  if (owner !== trace) {
    return (
      <p className="notice">
        <span className="wrap-anywhere">
          {id} is attached to another trace: <Link href={paths.trace(owner)}>{owner}</Link>.
        </span>
      </p>
    )
  }
  if (size === undefined || digest === undefined) {
    return (
      <p className="notice attention">
        <Icon name="attention" size={16} />
        <span className="wrap-anywhere">
          There is no file {id} here: its client did not bring it, or it was removed.
        </span>
      </p>
    )
  }
  const file = { owner, path, size, digest, ...(type === undefined ? {} : { type }) }
  return (
    <>
      <div className="line spread">
        <AttachmentName attachment={attachment} />
        <a className="button-link" href={fileHref(file)} download>
          <Icon name="download" size={15} /> Download
        </a>
      </div>
      <ArtifactPreview key={digest + path} file={file} />
    </>
  )
}

/** Its type and its size; MLflow's clients give it no name but an identifier. */
export function AttachmentName({ attachment }: { attachment: TraceAttachment }): ReactNode {
  const { id, type, size } = attachment
  return (
    <span className="small" title={id}>
      <strong>{type ?? 'of unknown type'}</strong>
      {size !== undefined && <span className="muted">, {formatBytes(size)}</span>}{' '}
      <span className="mono muted">{id.slice(0, 8)}</span>
    </span>
  )
}
