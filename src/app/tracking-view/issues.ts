import type { Permission } from '#contract'
import type { Tracking } from '#tracking'
import type { ExperimentReach } from '../experiment-reach.ts'

type Own = Pick<Tracking, 'createIssue' | 'issue' | 'changeIssue' | 'searchIssues'>

/** Issues are seen and changed by those who see and change their experiment. */
export function viewOfIssues(tracking: Tracking, reach: ExperimentReach): Own {
  async function needIssue(permission: Permission, id: string): Promise<void> {
    const { experiment } = await tracking.issue(id)
    await reach.need(permission, experiment, { kind: 'issue', name: id })
  }

  return {
    async createIssue(given) {
      const { experiment } = given
      await reach.need('tracking:write', experiment, { kind: 'experiment', name: experiment })
      return tracking.createIssue(given)
    },
    async issue(id) {
      await needIssue('tracking:read', id)
      return tracking.issue(id)
    },
    async changeIssue(id, change) {
      await needIssue('tracking:write', id)
      return tracking.changeIssue(id, change)
    },
    async searchIssues(search) {
      const visible = await reach.visible()
      if (!visible) return tracking.searchIssues(search)
      const experiments = (search.experiments ?? [...visible]).filter((each) => visible.has(each))
      return tracking.searchIssues({ ...search, experiments })
    },
  }
}
