import { mkdir } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { atomicWrite } from '#store'
import type { ChangeReport } from './change-report.ts'
import { plotContents, plotFolder } from './plot-files.ts'
import { reportMarkdown, type MarkdownOptions } from './report-markdown.ts'
import { reportPage } from './report-page.ts'

/** Writes the comment, and beside it the page, the JSON and the plots; the files. */
export async function writeReport(
  report: ChangeReport,
  file: string,
  options: MarkdownOptions = {},
): Promise<readonly string[]> {
  const folder = dirname(file)
  const stem = file.slice(0, file.length - extname(file).length)
  const plots = plotContents(report.plots)
  await mkdir(folder, { recursive: true })
  const contents = [
    { file, bytes: reportMarkdown(report, options) },
    { file: `${stem}.html`, bytes: reportPage(report) },
    { file: `${stem}.json`, bytes: `${reportJson(report)}\n` },
    ...plots.map((plot) => ({ file: join(folder, plot.file), bytes: plot.bytes })),
  ]
  if (plots.length > 0) await mkdir(join(folder, plotFolder), { recursive: true })
  for (const content of contents) await atomicWrite(content.file, content.bytes)
  return contents.map((content) => content.file)
}

/** The facts, for programs; the pictures of plots lie beside. */
export function reportJson({ plots, ...rest }: ChangeReport): string {
  const named = plots.map(({ id, kind, title }) => ({ id, kind, title }))
  return JSON.stringify({ ...rest, plots: named }, null, 2)
}
