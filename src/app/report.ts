import type { GateReport } from '#contract'
import {
  dag,
  dagMermaid,
  dataDiff,
  diffTable,
  loadPipeline,
  markdownTable,
  metricsChanges,
  paramsChanges,
  type DataDiff,
  type TextTable,
} from '#pipeline'
import type { Rooms } from './rooms.ts'

/** Longer comments are refused by GitHub. */
const longest = 65_000

export interface ChangeReport {
  readonly base: string
  readonly metrics: TextTable
  readonly params: TextTable
  readonly data: TextTable
  /** The newest gate of each declared model. */
  readonly gates: readonly GateReport[]
  readonly markdown: string
}

/** What differs between a revision and the work tree, as a comment on a change can show it. */
export async function changeReport(
  folder: string,
  base: string,
  rooms?: Rooms,
): Promise<ChangeReport> {
  const pipeline = loadPipeline(folder)
  const names = { from: base, to: 'now' } as const
  const metrics = diffTable(metricsChanges(folder, { from: base, all: true }), {
    ...names,
    what: 'Metric',
    change: true,
  })
  const params = diffTable(paramsChanges(folder, { from: base }), { ...names, what: 'Param' })
  const data = dataTable(await dataDiff(pipeline, { from: base }))
  const gates = rooms === undefined ? [] : await newestGates(rooms)
  const found = { base, metrics, params, data, gates }
  return { ...found, markdown: markdownOf(found, dagMermaid(dag(pipeline))) }
}

async function newestGates(rooms: Rooms): Promise<readonly GateReport[]> {
  const declared = Object.keys((await rooms.applied.read()).models ?? {})
  const gates: GateReport[] = []
  for (const name of declared) {
    if (!(await rooms.registry.findModel(name))) continue
    const [newest] = await rooms.registry.versions(name)
    if (newest?.gate) gates.push(newest.gate)
  }
  return gates
}

function dataTable(found: DataDiff | undefined): TextTable {
  const headers = ['Data', 'Path']
  if (!found) return { headers, rows: [] }
  const rows = (['added', 'deleted', 'modified', 'renamed'] as const).flatMap((word) =>
    found[word].map(({ path, from }) => [word, from === undefined ? path : `${from} → ${path}`]),
  )
  return { headers, rows }
}

function markdownOf(
  { base, metrics, params, data, gates }: Omit<ChangeReport, 'markdown'>,
  graph: string,
): string {
  const parts = [
    // So that a later run finds its own comment.
    '<!-- tidemill-report -->',
    `## Against \`${base}\``,
    ...gates.flatMap(gateLines),
    ...section('Metrics', metrics, 'No metrics are declared.'),
    ...section('Parameters', params, 'No parameter differs.'),
    ...section('Data', data, 'No data differ.'),
  ]
  const drawn = ['### Pipeline', '', '```mermaid', graph.trim(), '```', '']
  const whole = [...parts, ...drawn].join('\n')
  if (whole.length <= longest) return whole
  // The picture goes first: the numbers are what a reader decides by.
  const text = parts.join('\n')
  if (text.length <= longest) return text
  const cut = text.lastIndexOf('\n', longest - 100)
  return `${text.slice(0, cut)}\n\nThe rest does not fit into a comment; \`tidemill report\` shows it whole.\n`
}

function gateLines({ model, version, passed, checks }: GateReport): string[] {
  return [
    `### Gate of ${model}, version ${version}: ${passed ? 'passed ✅' : 'refused ❌'}`,
    '',
    ...checks.map((check) => `- ${check.passed ? '✅' : '❌'} ${check.summary}`),
    '',
  ]
}

function section(title: string, table: TextTable, nothing: string): string[] {
  const body = table.rows.length === 0 ? nothing : markdownTable(table).trim()
  return [`### ${title}`, '', body, '']
}
