import type { CopyReport } from '#app'
import { exitCodes } from './exit-code.ts'
import { green, red, show } from './output.ts'

/** What a copy between servers brought; what could not be brought makes the answer a no. */
export function showCopy(report: CopyReport, json: boolean | undefined): void {
  if (report.problems.length > 0) process.exitCode = exitCodes.no
  show(report, json, (each) =>
    [
      `${green('✓')} ${each.experiments} experiments, ${each.runs} runs with ${each.points} points and ${each.files} files (${(each.bytes / 1e6).toFixed(1)} MB)`,
      `  ${each.loggedModels} logged models, ${each.models} registered models, ${each.versions} versions`,
      `  ${each.traces} traces with ${each.spans} spans and ${each.assessments} assessments`,
      ...(each.before > 0 ? [`  ${each.before} were there already`] : []),
      ...each.problems.map((problem) => `${red('✗')} ${problem}`),
    ].join('\n'),
  )
}
