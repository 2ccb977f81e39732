import type { GroupHistory, RunGroup, RunHistory, RunRows } from '#contract'
import type { Clock, Metadata } from '#store'
import { among } from '../among.ts'
import type { Histories } from '../histories.ts'
import type { TrackingTables } from '../tables.ts'
import { changeRuns, type RunsChange } from './change-runs.ts'
import { groupHistories, type GroupedMetric } from './group-histories.ts'
import { groupRuns } from './group-runs.ts'
import type { TableSearch } from './matching-runs.ts'
import { orderRuns, type RunOrder } from './order-runs.ts'
import { readHistories, type DrawnMetric } from './read-histories.ts'
import { readRows } from './read-rows.ts'
import { commonValues, openKeys, type RunKeys } from './run-keys.ts'

/** Very many runs for a page: their order as numbers, their values for the few in sight, and what stands over them. */
export interface RunTable {
  orderRuns(search: TableSearch, order?: string, nested?: boolean): Promise<RunOrder>
  readRows(
    by: { readonly rows: readonly number[] } | { readonly runs: readonly string[] },
    columns: readonly string[],
    /** What they are grouped by, where the group of each is asked for. */
    grouped?: readonly string[],
  ): Promise<RunRows>
  groupRuns(
    search: TableSearch,
    by: readonly string[],
    metrics: readonly string[],
  ): Promise<{ readonly groups: readonly RunGroup[]; readonly total: number }>
  runKeys(experiments: readonly string[]): Promise<RunKeys>
  commonValues(
    experiments: readonly string[],
    of: string,
    text: string,
  ): Promise<readonly { readonly value: string; readonly runs: number }[]>
  readHistories(
    runs: readonly string[],
    key: string,
    how: DrawnMetric,
  ): Promise<readonly RunHistory[]>
  groupHistories(search: TableSearch, metric: GroupedMetric): Promise<readonly GroupHistory[]>
  /** The paths of runs' files with one of these endings, each with the runs that have it. */
  commonFiles(
    runs: readonly string[],
    endings: readonly string[],
  ): Promise<readonly { readonly path: string; readonly runs: readonly string[] }[]>
  changeRuns(rows: readonly number[], change: RunsChange): Promise<number>
}

const mostFiles = 20_000

export function openRunTable(
  metadata: Metadata,
  clock: Clock,
  histories: Pick<Histories, 'series'>,
): RunTable {
  const keys = openKeys(metadata, () => clock.now())
  return {
    orderRuns: (search, order, nested = false) => orderRuns(metadata, search, order, nested),
    readRows: (by, columns, grouped) => readRows(metadata, by, columns, grouped),
    groupRuns: (search, by, metrics) => groupRuns(metadata, search, by, metrics),
    runKeys: keys,
    commonValues: (experiments, of, text) => commonValues(metadata, experiments, of, text),
    readHistories: (runs, key, how) => readHistories(histories, runs, key, how),
    groupHistories: (search, metric) => groupHistories(metadata, histories, search, metric),
    changeRuns: (rows, change) => changeRuns(metadata, clock, rows, change),

    async commonFiles(runs, endings) {
      const found = await metadata
        .tables<TrackingTables>()
        .selectFrom('artifacts')
        .select(['owner', 'path'])
        .where(among('owner', runs, metadata.dialect))
        .orderBy('path')
        .limit(mostFiles)
        .execute()
      const wanted = found.filter(
        ({ path }) =>
          endings.length === 0 || endings.some((end) => path.toLowerCase().endsWith(end)),
      )
      return [...Map.groupBy(wanted, ({ path }) => path)].map(([path, files]) => ({
        path,
        runs: files.map(({ owner }) => owner),
      }))
    },
  }
}
