import { bytesText, type StageAgainst, type TextTable } from '#pipeline'
import type { ChangeReport, DataReport } from './change-report.ts'

/** What changed in the data, a row an output. */
export function dataTable(data: readonly DataReport[]): TextTable {
  return {
    headers: ['Data', 'Path', 'Files', 'Size', 'Rows', 'Columns'],
    rows: data.map((each) => [
      each.change,
      each.path,
      filesText(each),
      `${sizeText(each.old?.size)} → ${sizeText(each.new?.size)}`,
      each.tables.map(({ rows: [before, after] }) => `${before} → ${after}`).join(', '),
      each.tables.map(columnsText).filter(Boolean).join('; '),
    ]),
  }
}

function filesText({ files, incomplete, old, new: now }: DataReport): string {
  if (incomplete) return `${old?.files ?? 0} → ${now?.files ?? 0}`
  const counts = (['added', 'deleted', 'modified', 'renamed'] as const).flatMap((change) => {
    const count = files.filter((file) => file.change === change).length
    return count === 0 ? [] : [`${count} ${change}`]
  })
  return counts.join(', ')
}

/** So many columns are named; what came and went before what changed. */
const columnsNamed = 4

function columnsText(table: DataReport['tables'][number]): string {
  const all = [
    ...table.columnsAdded.map((name) => `+${name}`),
    ...table.columnsRemoved.map((name) => `-${name}`),
    ...table.columnsChanged.map(({ name, cells }) => `${name} (${cells} cells)`),
  ]
  const rest = all.length - columnsNamed
  return [...all.slice(0, columnsNamed), ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
}

/** Stages that are other than they were, with what their last run here took. */
export function stageTable(stages: readonly StageAgainst[]): TextTable {
  return {
    headers: ['Stage', 'Against the base', 'How', 'Time', 'CPU', 'Memory'],
    rows: stages
      .filter(({ state, due }) => state !== 'same' || due)
      .map(({ stage, state, due, last }) => [
        stage,
        due ? `${state}, not up to date` : state,
        state === 'changed' || state === 'new' ? (last ? 'ran' : 'from the cache') : '-',
        secondsText(last?.resources?.wallSeconds),
        secondsText(last?.resources?.cpuSeconds),
        sizeText(last?.resources?.peakRssBytes),
      ]),
  }
}

/** The stages in one line: how many ran, how many came from a cache, what they took together. */
export function costLine(stages: readonly StageAgainst[]): string {
  const ran = stages.filter(({ last }) => last !== undefined)
  const cached = stages.filter(
    ({ state, last }) => (state === 'changed' || state === 'new') && last === undefined,
  )
  const same = stages.filter(({ state }) => state === 'same')
  const sum = (of: 'wallSeconds' | 'cpuSeconds') =>
    ran.reduce((total, { last }) => total + (last?.resources?.[of] ?? 0), 0)
  const peak = Math.max(0, ...ran.map(({ last }) => last?.resources?.peakRssBytes ?? 0))
  const due = stages.filter((stage) => stage.due).length
  return [
    `${ran.length} ran, ${cached.length} from the cache, ${same.length} unchanged`,
    ...(ran.length > 0
      ? [
          `${secondsText(sum('wallSeconds'))} of time, ${secondsText(sum('cpuSeconds'))} of CPU, at most ${sizeText(peak)} of memory`,
        ]
      : []),
    ...(due > 0 ? [`**${due} not up to date**`] : []),
  ].join('; ')
}

/** The line that a reader decides by. */
export function verdictLine({ verdict, gates, metrics, base }: ChangeReport): string {
  const against = `against \`${base.name}\` (${base.commit.slice(0, 10)})`
  const moved = metrics.rows.filter((row) => row[4] !== '-' && row[4] !== '0').length
  const numbers = `${moved} of ${metrics.rows.length} metrics changed`
  if (verdict === 'none') return `⚪ No gate was asked; ${numbers} ${against}`
  const failed = gates.flatMap((gate) => gate.checks.filter((check) => !check.passed))
  return verdict === 'passed'
    ? `✅ The gate passed; ${numbers} ${against}`
    : `❌ The gate refused: ${failed[0]?.summary ?? 'a check failed'}${failed.length > 1 ? ` and ${failed.length - 1} more` : ''}; ${numbers} ${against}`
}

export function secondsText(seconds: number | undefined): string {
  if (seconds === undefined) return '-'
  if (seconds < 100) return `${Number(seconds.toPrecision(2))} s`
  return `${Math.round(seconds / 60)} min`
}

export function sizeText(bytes: number | undefined): string {
  return bytes === undefined ? '-' : bytesText(bytes)
}
