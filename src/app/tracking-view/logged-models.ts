import type { Tracking } from '#tracking'
import type { ExperimentReach } from '../experiment-reach.ts'

type Own = Pick<
  Tracking,
  | 'createLoggedModel'
  | 'loggedModel'
  | 'modelPoints'
  | 'searchLoggedModels'
  | 'finishLoggedModel'
  | 'logModelParams'
  | 'setModelTags'
  | 'removeModelTag'
  | 'removeLoggedModel'
>

export function viewOfLoggedModels(tracking: Tracking, reach: ExperimentReach): Own {
  const writes = (model: string) => reach.needOwner('tracking:write', model)
  return {
    async createLoggedModel(given) {
      const { experiment, run } = given
      await reach.need('tracking:write', experiment, { kind: 'experiment', name: experiment })
      if (run !== undefined) await writes(run)
      return tracking.createLoggedModel(given)
    },
    async loggedModel(id) {
      await reach.needOwner('tracking:read', id)
      return tracking.loggedModel(id)
    },
    async modelPoints(id, page) {
      await reach.needOwner('tracking:read', id)
      return tracking.modelPoints(id, page)
    },
    async searchLoggedModels(search) {
      const visible = await reach.visible()
      const experiments = visible
        ? search.experiments.filter((id) => visible.has(id))
        : search.experiments
      return tracking.searchLoggedModels({ ...search, experiments })
    },
    async finishLoggedModel(id, status) {
      await writes(id)
      return tracking.finishLoggedModel(id, status)
    },
    async logModelParams(id, params) {
      await writes(id)
      await tracking.logModelParams(id, params)
    },
    async setModelTags(id, tags) {
      await writes(id)
      return tracking.setModelTags(id, tags)
    },
    async removeModelTag(id, key) {
      await writes(id)
      await tracking.removeModelTag(id, key)
    },
    async removeLoggedModel(id) {
      await writes(id)
      await tracking.removeLoggedModel(id)
    },
  }
}
