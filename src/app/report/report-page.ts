import { plotSvg, type Plot, type TextTable } from '#pipeline'
import type { ChangeReport } from './change-report.ts'
import { costLine, dataTable, stageTable, verdictLine } from './report-tables.ts'

/** The report as one page that needs no network, no script and no other file. */
export function reportPage(report: ChangeReport): string {
  const { gates, metrics, params, data, stages, plots, graph, environment } = report
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Report against ${escaped(report.base.name)}</title>
<style>${style}</style>
<h1>${inline(verdictLine(report))}</h1>
${gates
  .map(
    ({ model, version, passed, checks, commit }) =>
      `<h2>Gate of ${escaped(model)}, version ${version}: ${passed ? 'passed' : 'refused'}</h2>${commit === undefined ? '' : `<p>Of a run at <code>${escaped(commit.slice(0, 10))}</code>.</p>`}<ul>${checks
        .map(
          (check) => `<li class="${check.passed ? 'good' : 'bad'}">${escaped(check.summary)}</li>`,
        )
        .join('')}</ul>`,
  )
  .join('\n')}
${section('Metrics', metrics, 'No metrics are declared.')}
${section('Parameters', params, 'No parameter differs.')}
${section('Data', dataTable(data), 'No data differ.')}
<h2>Stages</h2><p>${inline(costLine(stages))}</p>${tableOf(stageTable(stages))}
${plots.length === 0 ? '' : `<h2>Plots</h2>${plots.map(figure).join('\n')}`}
<h2>Pipeline</h2><details><summary>As a Mermaid flowchart</summary><pre>${escaped(graph)}</pre></details>
<footer>${Object.entries(environment)
    .map(([name, value]) => `${escaped(name)} ${escaped(value)}`)
    .join(' · ')}</footer>
</html>
`
}

const style = `:root{color-scheme:light dark;--line:light-dark(#d0d7de,#30363d);--soft:light-dark(#f6f8fa,#161b22);--quiet:light-dark(#57606a,#8d96a0)}
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1.25rem}
h1{font-size:1.3rem}h2{font-size:1.05rem;margin-top:2rem}code{font-size:.9em}
table{border-collapse:collapse;display:block;overflow-x:auto}th,td{border:1px solid var(--line);padding:.3rem .6rem;text-align:left}
th{background:var(--soft)}td{font-variant-numeric:tabular-nums}li.good::marker{content:'✓ '}li.bad::marker{content:'✗ '}
figure{display:inline-block;margin:0 1rem 1rem 0;vertical-align:top}figcaption{font-weight:600}img,svg{max-width:100%}
footer{color:var(--quiet);margin-top:2.5rem;font-size:.85rem}pre{background:var(--soft);padding:1rem;overflow:auto}`

function section(title: string, rows: TextTable, nothing: string): string {
  return `<h2>${title}</h2>${rows.rows.length === 0 ? `<p>${nothing}</p>` : tableOf(rows)}`
}

function tableOf({ headers, rows }: TextTable): string {
  if (rows.length === 0) return ''
  const cells = (row: readonly string[], tag: string) =>
    row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')
  return `<table><thead><tr>${cells(headers, 'th')}</tr></thead><tbody>${rows
    .map((row) => `<tr>${cells(row, 'td')}</tr>`)
    .join('\n')}</tbody></table>`
}

function figure(plot: Plot): string {
  const title = `<figcaption>${escaped(plot.title ?? plot.id)}</figcaption>`
  const drawn =
    plot.kind === 'table'
      ? (plotSvg(plot) ?? '<p>Nothing to draw.</p>')
      : plot.series
          .map(
            ({ revision, image }) =>
              `<div>${escaped(revision)}<br><img alt="${escaped(revision)}" src="${escaped(image ?? '')}"></div>`,
          )
          .join('')
  return `<figure>${title}${drawn}</figure>`
}

/** Escaped, with the two marks of Markdown that our lines carry. */
function inline(text: string): string {
  return escaped(text)
    .replace(/`([^`]*)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]*)\*\*/g, '<strong>$1</strong>')
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
