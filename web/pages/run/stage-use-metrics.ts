import { formatBytes, formatDuration } from '../../design/format.ts'

/** What a stage used, as the pipeline writes it into the runs that the stage made. */
export const stageUse = [
  ['system/stage_wall_seconds', 'Time', seconds],
  ['system/stage_cpu_seconds', 'CPU time', seconds],
  ['system/stage_peak_rss_bytes', 'Memory at most', formatBytes],
  ['system/stage_read_bytes', 'Read', formatBytes],
  ['system/stage_written_bytes', 'Written', formatBytes],
] as const

function seconds(value: number): string {
  return formatDuration(value * 1000)
}

/** Told once at the end of a stage, so that there is no course to draw. */
export function isStageUse(key: string): boolean {
  return stageUse.some(([name]) => name === key)
}
