import type { ColumnDrift, DriftReport } from '#contract'

/** A report as one page that needs nothing else: to look at, to keep, to send. No scripts. */
export function reportPage(report: DriftReport): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${text(report.monitor)}: drift report</title><style>${style}</style><main>
<p class="kind">Drift report</p>
<h1>${text(report.monitor)} <span class="${report.drifted ? 'bad' : 'good'}">${report.drifted ? '▲ drifted' : '● steady'}</span></h1>
<p>${text(report.summary)}</p>
<dl>
<dt>Model</dt><dd>${text(report.model)}, version ${report.version}</dd>
<dt>Window</dt><dd>${time(report.windowStart)} to ${time(report.windowEnd)}, ${report.currentRows} rows</dd>
<dt>Reference</dt><dd>${report.referenceRows} rows it was trained on</dd>
<dt>Decision</dt><dd>${report.driftedColumns} of ${report.columns.length} columns, each tested at ${number(report.columns[0]?.threshold)} after Holm’s correction</dd>
<dt>${text(report.peer.name)}</dt><dd>${text(report.peer.summary)}</dd>
</dl>
${qualityTable(report)}
<h2>Columns</h2>
<table><thead><tr><th>Column</th><th>Reference and window</th><th>Test</th><th class="n">Score</th><th class="n">p, corrected</th><th class="n">Effect</th><th>Decision</th><th>${text(report.peer.name)}</th></tr></thead>
<tbody>${report.columns.map(row).join('')}</tbody></table>
<p class="note">Grey is the reference, colour the window. Effect is the move of the mean in the reference’s standard deviations, or the share of rows in another category.</p>
</main></html>`
}

function row(column: ColumnDrift): string {
  return `<tr><th scope="row">${text(column.column)}</th><td>${picture(column)}</td><td>${text(column.test)}</td><td class="n">${number(column.statistic)}</td><td class="n">${number(column.pValue)}</td><td class="n">${number(column.effect)}</td>
<td class="${column.drifted ? 'bad' : 'good'}">${column.drifted ? '▲ drifted' : '● steady'}</td><td>${text(column.peer.test)} ${number(column.peer.score)}: ${column.peer.drifted ? '▲ drifted' : '● steady'}</td></tr>`
}

const width = 220
const height = 56

function picture(column: ColumnDrift): string {
  const [before, now] = column.categories
    ? [
        column.categories.map((each) => each.reference),
        column.categories.map((each) => each.current),
      ]
    : [shares(column.reference?.counts ?? []), shares(column.current?.counts ?? [])]
  const top = Math.max(...before, ...now, 1e-9)
  const step = width / Math.max(1, before.length)
  const bars = (values: readonly number[], className: string, inset: number): string =>
    values
      .map((value, i) => {
        const tall = (value / top) * height
        return `<rect class="${className}" x="${(i * step + inset).toFixed(1)}" y="${(height - tall).toFixed(1)}" width="${Math.max(1, step - 2 * inset).toFixed(1)}" height="${tall.toFixed(1)}"/>`
      })
      .join('')
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Distribution of ${text(column.column)}">${bars(before, 'before', 0.5)}${bars(now, 'now', Math.max(0.5, step / 4))}</svg>`
}

function shares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => (total === 0 ? 0 : count / total))
}

function qualityTable({ qualityReference, qualityCurrent, harm }: DriftReport): string {
  if (!qualityCurrent)
    return '<p class="note">No labels have come since the last look, so how well the model did is not known.</p>'
  const rows = Object.entries(qualityCurrent.metrics).map(([name, now]) => {
    const before = qualityReference?.metrics[name]
    return `<tr><th scope="row">${text(name)}</th><td class="n">${before ? `${number(before.value)} (${number(before.low)} to ${number(before.high)})` : ''}</td><td class="n">${number(now.value)} (${number(now.low)} to ${number(now.high)})</td></tr>`
  })
  return `<h2>Quality</h2><table><thead><tr><th>Metric</th><th class="n">Before, ${qualityReference?.rows ?? 0} rows</th><th class="n">Since the last look, ${qualityCurrent.rows} labelled rows</th></tr></thead><tbody>${rows.join('')}</tbody></table>${harm ? `<p class="${harm.harmful ? 'bad' : ''}">${text(harm.summary)}</p>` : ''}`
}

function number(value: number | undefined): string {
  if (value === undefined) return ''
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(1)
  return Number.isInteger(value) ? String(value) : value.toPrecision(3)
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}

function text(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

const style = `:root{color-scheme:light dark;--ink:#12302f;--paper:#fbfaf6;--line:#ddd8ca;--before:#b7b2a3;--now:#0f766e;--bad:#a4340a;--good:#0f6b52}
@media (prefers-color-scheme:dark){:root{--ink:#dceceb;--paper:#0d1f1f;--line:#2b4343;--before:#5d6f6e;--now:#5fd0c4;--bad:#ff9d6b;--good:#7bdcb5}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}main{max-width:72rem;margin:0 auto;padding:2rem 1rem}
h1 span{font-size:1rem;vertical-align:middle}.kind{margin:0;opacity:.7}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.5rem}dt{opacity:.7}dd{margin:0}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid var(--line);vertical-align:middle}
.n{text-align:right;font-variant-numeric:tabular-nums}.bad{color:var(--bad);font-weight:600}.good{color:var(--good)}.note{opacity:.75}
rect.before{fill:var(--before)}rect.now{fill:var(--now);opacity:.8}`
