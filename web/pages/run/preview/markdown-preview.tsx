import type { ReactNode } from 'react'
import { Markdown } from '../../../design/markdown.tsx'
import { FileText } from './file-text.tsx'
import type { FileOf } from './use-file.ts'

export function MarkdownPreview({ file }: { file: FileOf }): ReactNode {
  return <FileText file={file}>{(text) => <Markdown text={text} />}</FileText>
}
