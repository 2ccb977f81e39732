import type { Tracking } from '#tracking'
import type { ExperimentReach } from '../experiment-reach.ts'

type Own = Pick<
  Tracking,
  | 'orderRuns'
  | 'readRows'
  | 'groupRuns'
  | 'runKeys'
  | 'commonValues'
  | 'readHistories'
  | 'groupHistories'
  | 'commonFiles'
  | 'changeRuns'
  | 'series'
>

export function viewOfRunTable(tracking: Tracking, reach: ExperimentReach): Own {
  async function needEach(experiments: readonly string[]): Promise<void> {
    for (const id of experiments) {
      await reach.need('tracking:read', id, { kind: 'experiment', name: id })
    }
  }

  async function visibleOf(runs: readonly string[]): Promise<readonly string[]> {
    const visible = await reach.visible()
    if (!visible) return runs
    const places = await tracking.experimentsOf(runs)
    return runs.filter((run) => visible.has(places.get(run) ?? ''))
  }

  return {
    async orderRuns(search, order, nested) {
      await needEach(search.experiments)
      return tracking.orderRuns(search, order, nested)
    },
    async readRows(by, columns, grouped) {
      const visible = await reach.visible()
      if (!visible) return tracking.readRows(by, columns, grouped)
      const { runs } = await tracking.readRows(by, [])
      const seen = runs.filter(({ experiment }) => visible.has(experiment))
      return tracking.readRows({ runs: seen.map(({ id }) => id) }, columns, grouped)
    },
    async groupRuns(search, by, metrics) {
      await needEach(search.experiments)
      return tracking.groupRuns(search, by, metrics)
    },
    async groupHistories(search, metric) {
      await needEach(search.experiments)
      return tracking.groupHistories(search, metric)
    },
    async runKeys(experiments) {
      await needEach(experiments)
      return tracking.runKeys(experiments)
    },
    async commonValues(experiments, of, text) {
      await needEach(experiments)
      return tracking.commonValues(experiments, of, text)
    },
    readHistories: async (runs, key, how) =>
      tracking.readHistories(await visibleOf(runs), key, how),
    commonFiles: async (runs, endings) => tracking.commonFiles(await visibleOf(runs), endings),
    async changeRuns(rows, change) {
      const { runs } = await tracking.readRows({ rows }, [])
      const ids = runs.map(({ id }) => id)
      await reach.needOwners('tracking:write', ids)
      return tracking.changeRuns(rows, change)
    },
    async series(run, key) {
      await reach.needOwner('tracking:read', run)
      return tracking.series(run, key)
    },
  }
}
