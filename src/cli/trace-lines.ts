import type { TraceReport } from '#pipeline/daily'
import { dim, green, yellow } from './output.ts'

/** What a traced stage read and does not declare, and what it declares and did not read. */
export function traceLines(stage: string, report: TraceReport): string {
  const { undeclared, outside = [], unread, how } = report
  const list = (title: string, paths: readonly string[]): string[] =>
    paths.length === 0
      ? []
      : [`${yellow('!')} ${stage} ${title}`, ...paths.map((path) => `    ${path}`)]
  const lines = [
    ...list('reads files that are no dependencies of it; add them under deps:', undeclared),
    ...list('reads files outside the repository, which no run can be repeated from:', outside),
    ...list('has dependencies that it did not read:', unread),
  ]
  const seen =
    how === 'strace' ? '' : ` ${dim('(by access times: reads by other programs count too)')}`
  return lines.length === 0
    ? `${green('✓')} ${stage} reads what it declares${seen}`
    : `${lines.join('\n')}${seen}`
}
