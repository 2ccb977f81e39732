import { useId, useState, type ReactNode } from 'react'
import { formatBytes } from './format.ts'
import { Icon } from './icons.tsx'

interface FileDropProps {
  readonly label: string
  readonly accept: string
  readonly file: File | undefined
  readonly onFile: (file: File) => void
}

/** A place to drop a file on, or to choose one with. */
export function FileDrop({ label, accept, file, onFile }: FileDropProps): ReactNode {
  const [over, setOver] = useState(false)
  const id = useId()
  const take = (files: FileList | null) => {
    const first = files?.[0]
    if (first !== undefined) onFile(first)
  }
  return (
    <label
      htmlFor={id}
      className="file-drop"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer.files)
      }}
    >
      <Icon name="upload" size={24} />
      {file === undefined ? (
        <span>{label}</span>
      ) : (
        <span>
          <strong>{file.name}</strong> <span className="muted">{formatBytes(file.size)}</span>
        </span>
      )}
      <input
        id={id}
        type="file"
        className="unseen"
        accept={accept}
        onChange={(event) => take(event.currentTarget.files)}
      />
    </label>
  )
}
