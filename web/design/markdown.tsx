import createPurify from 'dompurify'
import { marked } from 'marked'
import { useMemo, type ReactNode } from 'react'

/** What people wrote as Markdown, shown without anything that could run or load from elsewhere. */
export function Markdown({ text }: { text: string }): ReactNode {
  const html = useMemo(() => cleanHtml(marked.parse(text, { async: false, gfm: true })), [text])
  return <div className="prose" dangerouslySetInnerHTML={{ __html: html }} />
}

const purify = createPurify(window)

export function cleanHtml(html: string): string {
  const clean = purify.sanitize(html, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: ['style', 'form', 'input', 'button', 'img', 'video', 'audio', 'picture', 'source'],
    FORBID_ATTR: ['style', 'id', 'name'],
  })
  // A header cell without words is none to a screen reader.
  return clean.replaceAll('<th></th>', '<td></td>')
}
