import { SegmentedControl } from '@mantine/core'
import { useEffect, useState, type ReactNode } from 'react'
import { CodeView } from '../../../design/code-view.tsx'
import { ErrorState } from '../../../design/error-state.tsx'
import { Skeleton } from '../../../design/skeleton.tsx'
import { FileText } from './file-text.tsx'
import { useFile, type FileOf } from './use-file.ts'

/** A page of HTML in a sandbox of its own, or a PDF by the browser's viewer. */
export function PagePreview({ file, kind }: PagePreviewProps): ReactNode {
  if (kind === 'pdf') return <PdfPreview file={file} />
  return <FileText file={file}>{(text) => <HtmlPreview html={text} path={file.path} />}</FileText>
}

interface PagePreviewProps {
  readonly file: FileOf
  readonly kind: 'html' | 'pdf'
}

/** What a page in the sandbox may load: nothing from anywhere, and no script. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; media-src data:"

function HtmlPreview({ html, path }: { html: string; path: string }): ReactNode {
  const [asText, setAsText] = useState(false)
  const scripted = /<script\b/i.test(html)
  return (
    <div className="stack">
      <div className="line">
        <SegmentedControl
          size="xs"
          aria-label="How to show it"
          value={asText ? 'Source' : 'Page'}
          onChange={(value) => setAsText(value === 'Source')}
          data={['Page', 'Source']}
        />
        {scripted && (
          <span className="muted small">
            Its scripts do not run here. Download it to open it with them.
          </span>
        )}
      </div>
      {asText ? (
        <CodeView code={html.slice(0, 1_000_000)} path={path} />
      ) : (
        <iframe
          className="preview-page"
          title={path}
          sandbox=""
          referrerPolicy="no-referrer"
          srcDoc={underPolicy(html)}
        />
      )}
    </div>
  )
}

/** The policy comes before all that it governs, but after the doctype, without which a page is laid out as in the nineties. */
function underPolicy(html: string): string {
  const doctype = /^\s*<!doctype[^>]*>/i.exec(html)?.[0] ?? '<!doctype html>'
  const rest = html.startsWith(doctype) ? html.slice(doctype.length) : html
  return `${doctype}<meta http-equiv="Content-Security-Policy" content="${policy}">${rest}`
}

function PdfPreview({ file }: { file: FileOf }): ReactNode {
  const read = useFile(file, file.size)
  const [url, setUrl] = useState<string>()
  const bytes = read.data
  useEffect(() => {
    if (bytes === undefined || !isPdf(bytes)) return
    const made = URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' }))
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [bytes])
  if (read.isError) return <ErrorState error={read.error} retry={() => void read.refetch()} />
  if (bytes === undefined) return <Skeleton lines={8} />
  if (!isPdf(bytes)) {
    return (
      <p className="preview-instead">It is called a PDF, but is none: it does not begin as one.</p>
    )
  }
  if (navigator.pdfViewerEnabled === false) {
    return <p className="preview-instead">Your browser shows no PDF in a page. Download it.</p>
  }
  return url === undefined ? (
    <Skeleton lines={8} />
  ) : (
    <iframe className="preview-page" title={file.path} src={url} />
  )
}

function isPdf(bytes: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, 1024)).includes('%PDF-')
}
