import type { ReactNode } from 'react'
import { CodeView } from '../../../design/code-view.tsx'
import { FileText } from './file-text.tsx'
import type { FileOf } from './use-file.ts'

const most = 1_000_000

/** Text and code, the beginning of it where it is long. */
export function TextPreview({ file }: { file: FileOf }): ReactNode {
  return (
    <FileText file={file} most={most}>
      {(text) => <CodeView code={text} path={file.path} />}
    </FileText>
  )
}
