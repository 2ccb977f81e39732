import type { Permission } from '#contract'
import type { LabelSchema, ReviewQueue, Tracking } from '#tracking'
import type { ExperimentReach } from '../experiment-reach.ts'
import { found } from '../found.ts'

type Own = Pick<
  Tracking,
  | 'createLabelSchema'
  | 'labelSchema'
  | 'labelSchemaNamed'
  | 'labelSchemas'
  | 'changeLabelSchema'
  | 'removeLabelSchema'
  | 'createReviewQueue'
  | 'userQueue'
  | 'reviewQueue'
  | 'reviewQueueNamed'
  | 'reviewQueues'
  | 'changeReviewQueue'
  | 'removeReviewQueue'
  | 'addReviewItems'
  | 'removeReviewItems'
  | 'reviewItems'
  | 'setReviewStatus'
>

export function viewOfReview(tracking: Tracking, reach: ExperimentReach): Own {
  const need = (permission: Permission, experiment: string) =>
    reach.need(permission, experiment, { kind: 'experiment', name: experiment })

  async function schema(permission: Permission, id: string): Promise<LabelSchema> {
    const own = await tracking.labelSchema(id)
    await reach.need(permission, own.experiment, { kind: 'label schema', name: id })
    return own
  }

  async function queue(permission: Permission, id: string): Promise<ReviewQueue> {
    const own = await tracking.reviewQueue(id)
    await reach.need(permission, own.experiment, { kind: 'review queue', name: id })
    return own
  }

  return {
    async createLabelSchema(given) {
      await need('tracking:write', given.experiment)
      return tracking.createLabelSchema(given)
    },
    labelSchema: (id) => schema('tracking:read', id),
    async labelSchemaNamed(experiment, name) {
      await need('tracking:read', experiment)
      return tracking.labelSchemaNamed(experiment, name)
    },
    async labelSchemas(experiment, page) {
      await need('tracking:read', experiment)
      return tracking.labelSchemas(experiment, page)
    },
    async changeLabelSchema(id, change) {
      await schema('tracking:write', id)
      return tracking.changeLabelSchema(id, change)
    },
    async removeLabelSchema(id) {
      // What may not be seen is answered like what is not there, which is gone already.
      if (await found(schema('tracking:write', id))) await tracking.removeLabelSchema(id)
    },
    async createReviewQueue(given) {
      await need('tracking:write', given.experiment)
      return tracking.createReviewQueue(given)
    },
    async userQueue(experiment, user) {
      await need('tracking:write', experiment)
      return tracking.userQueue(experiment, user)
    },
    reviewQueue: (id) => queue('tracking:read', id),
    async reviewQueueNamed(experiment, name) {
      await need('tracking:read', experiment)
      return tracking.reviewQueueNamed(experiment, name)
    },
    async reviewQueues(experiment, page) {
      await need('tracking:read', experiment)
      return tracking.reviewQueues(experiment, page)
    },
    async changeReviewQueue(id, change) {
      await queue('tracking:write', id)
      return tracking.changeReviewQueue(id, change)
    },
    async removeReviewQueue(id) {
      if (await found(queue('tracking:write', id))) await tracking.removeReviewQueue(id)
    },
    async addReviewItems(id, traces) {
      await queue('tracking:write', id)
      return tracking.addReviewItems(id, traces)
    },
    async removeReviewItems(id, traces) {
      await queue('tracking:write', id)
      await tracking.removeReviewItems(id, traces)
    },
    async reviewItems(id, page) {
      await queue('tracking:read', id)
      return tracking.reviewItems(id, page)
    },
    async setReviewStatus(id, trace, status, by) {
      await queue('tracking:write', id)
      return tracking.setReviewStatus(id, trace, status, by)
    },
  }
}
