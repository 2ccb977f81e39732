import { useState, type ReactNode } from 'react'
import { fileHref, type FileOf } from './use-file.ts'

/** Pictures, sound and film, each by the browser's own means from the file's own address. */
export function MediaPreview({ file, kind }: MediaPreviewProps): ReactNode {
  const [broken, setBroken] = useState(false)
  const href = fileHref(file)
  const onError = () => setBroken(true)
  if (broken) {
    return (
      <p className="preview-instead">
        Your browser cannot show this file; it may be damaged, or of another kind than its name
        says.
      </p>
    )
  }
  if (kind === 'audio') {
    return (
      <audio className="preview-sound" src={href} controls preload="metadata" onError={onError} />
    )
  }
  if (kind === 'video') {
    return (
      <video className="preview-film" src={href} controls preload="metadata" onError={onError} />
    )
  }
  return (
    <div className="preview-picture">
      <img src={href} alt={file.path} onError={onError} />
    </div>
  )
}

interface MediaPreviewProps {
  readonly file: FileOf
  readonly kind: 'image' | 'audio' | 'video'
}
