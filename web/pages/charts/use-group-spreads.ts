import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { operations, type RunGroup } from '#contract'
import { useCaller } from '../../app/api.tsx'
import { groupKey } from '../run-table/run-lines.ts'
import type { ChartGroup, ChartGroups } from './panel.ts'

interface GroupSpreads {
  readonly group: ChartGroup
  /** By metric, of the last values of all runs of the group. */
  readonly metrics: RunGroup['metrics']
}

/** How metrics are spread in the groups that stand in charts. */
export function useGroupSpreads(groups: ChartGroups | undefined, columns: readonly string[]) {
  const caller = useCaller()
  const { which, by = [], list = [] } = groups ?? {}
  const input = { experiments: '', ...which, by: by.join(','), columns: columns.join(',') }
  const read = useQuery({
    queryKey: ['run-table', 'groups', input],
    queryFn: () => caller.call(operations.table.groups, input),
    enabled: list.length > 0 && columns.length > 0,
    placeholderData: (before) => before,
  })
  const found = useMemo(() => {
    const byKey = new Map((read.data?.groups ?? []).map((each) => [groupKey(each.values), each]))
    return list.flatMap((group): readonly GroupSpreads[] => {
      const metrics = byKey.get(groupKey(group.values))?.metrics
      return metrics === undefined ? [] : [{ group, metrics }]
    })
  }, [list, read.data])
  return { groups: found, isLoading: read.isLoading, error: read.error }
}
