import { TidemillError, type Permission } from '#contract'
import type { Tracking } from '#tracking'
import type { ExperimentReach } from '../experiment-reach.ts'

type Own = Pick<
  Tracking,
  | 'createEvaluationDataset'
  | 'evaluationDataset'
  | 'experimentsOfDataset'
  | 'searchEvaluationDatasets'
  | 'removeEvaluationDataset'
  | 'setEvaluationDatasetTags'
  | 'linkEvaluationDataset'
  | 'putEvaluationRecords'
  | 'evaluationRecords'
  | 'evaluationRecord'
  | 'removeEvaluationRecords'
  | 'registerScorer'
  | 'scorers'
  | 'scorerVersions'
  | 'removeScorer'
>

export function viewOfEvaluation(tracking: Tracking, reach: ExperimentReach): Own {
  const need = (permission: Permission, experiment: string) =>
    reach.need(permission, experiment, { kind: 'experiment', name: experiment })

  /** Who sees one of its experiments sees a data set; who may write in all of them changes it. */
  async function needDataset(permission: Permission, id: string): Promise<void> {
    const experiments = await tracking.experimentsOfDataset(id)
    const visible = await reach.visible()
    if (visible && !experiments.some((each) => visible.has(each))) {
      throw new TidemillError('not_found', { kind: 'evaluation data set', name: id })
    }
    if (permission === 'tracking:read' || reach.mayEverywhere(permission)) return
    for (const each of experiments) {
      if (visible && !visible.has(each)) throw reach.forbidden(permission)
      await need(permission, each)
    }
    if (experiments.length === 0) throw reach.forbidden(permission)
  }

  async function ownOf(experiments: readonly string[]): Promise<readonly string[]> {
    const visible = await reach.visible()
    return visible ? experiments.filter((each) => visible.has(each)) : experiments
  }

  return {
    async createEvaluationDataset(given) {
      const { experiments } = given
      if (experiments.length === 0 && !reach.mayEverywhere('tracking:write')) {
        throw reach.forbidden('tracking:write')
      }
      for (const each of experiments) await need('tracking:write', each)
      return tracking.createEvaluationDataset(given)
    },
    async evaluationDataset(id) {
      await needDataset('tracking:read', id)
      const found = await tracking.evaluationDataset(id)
      return { ...found, experiments: await ownOf(found.experiments) }
    },
    async experimentsOfDataset(id) {
      await needDataset('tracking:read', id)
      return ownOf(await tracking.experimentsOfDataset(id))
    },
    async searchEvaluationDatasets(search) {
      const visible = await reach.visible()
      if (!visible) return tracking.searchEvaluationDatasets(search)
      const experiments = (search.experiments ?? [...visible]).filter((each) => visible.has(each))
      const { items, ...rest } = await tracking.searchEvaluationDatasets({ ...search, experiments })
      const seen = items.map((item) => ({
        ...item,
        experiments: item.experiments.filter((each) => visible.has(each)),
      }))
      return { ...rest, items: seen }
    },
    async removeEvaluationDataset(id) {
      await needDataset('tracking:write', id)
      await tracking.removeEvaluationDataset(id)
    },
    async setEvaluationDatasetTags(id, tags) {
      await needDataset('tracking:write', id)
      return tracking.setEvaluationDatasetTags(id, tags)
    },
    async linkEvaluationDataset(id, experiments, isLinked) {
      await needDataset('tracking:write', id)
      for (const each of experiments) await need('tracking:write', each)
      return tracking.linkEvaluationDataset(id, experiments, isLinked)
    },
    async putEvaluationRecords(id, records, by) {
      await needDataset('tracking:write', id)
      return tracking.putEvaluationRecords(id, records, by)
    },
    async evaluationRecords(id, page) {
      await needDataset('tracking:read', id)
      return tracking.evaluationRecords(id, page)
    },
    async evaluationRecord(id, record) {
      await needDataset('tracking:read', id)
      return tracking.evaluationRecord(id, record)
    },
    async removeEvaluationRecords(id, records) {
      await needDataset('tracking:write', id)
      return tracking.removeEvaluationRecords(id, records)
    },
    async registerScorer(experiment, name, body) {
      await need('tracking:write', experiment)
      return tracking.registerScorer(experiment, name, body)
    },
    async scorers(experiments) {
      return tracking.scorers(await ownOf(experiments))
    },
    async scorerVersions(experiment, name) {
      await need('tracking:read', experiment)
      return tracking.scorerVersions(experiment, name)
    },
    async removeScorer(experiment, name, version) {
      await need('tracking:write', experiment)
      await tracking.removeScorer(experiment, name, version)
    },
  }
}
