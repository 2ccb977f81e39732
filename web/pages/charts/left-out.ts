import { plural } from '../../design/format.ts'
import type { ChartGroup, ChartSource } from './panel.ts'

/** Where runs are grouped: how many of them, and of the groups, do not stand in a chart with a colour of their own. */
export function leftOut(
  { grouped }: ChartSource,
  runs: readonly { readonly group?: ChartGroup | undefined }[],
): readonly string[] {
  if (grouped === undefined) return []
  const others = runs.filter(({ group }) => group === undefined).length
  const more = grouped.total - grouped.list.length
  return [
    ...(more > 0 ? [`${grouped.list.length} of ${plural(grouped.total, 'group')}`] : []),
    ...(others > 0 ? [`${plural(others, 'run')} of other groups`] : []),
  ]
}
