import { TidemillError } from '#contract'
import { folderOf, type Tracking } from '#tracking'
import type { ExperimentReach } from '../experiment-reach.ts'

type Own = Pick<
  Tracking,
  | 'experiments'
  | 'searchExperiments'
  | 'experiment'
  | 'findExperiment'
  | 'createExperiment'
  | 'experimentNamed'
  | 'renameExperiment'
  | 'setExperimentTag'
  | 'removeExperimentTag'
  | 'removeExperiment'
  | 'restoreExperiment'
  | 'renameFolder'
  | 'checkFolderMove'
  | 'experimentsIn'
  | 'retentionRules'
  | 'setRetention'
  | 'removeRetention'
  | 'noteRetention'
  | 'chosenBy'
>

export function viewOfExperiments(tracking: Tracking, reach: ExperimentReach): Own {
  const need = (permission: 'tracking:read' | 'tracking:write' | 'tracking:manage', id: string) =>
    reach.need(permission, id, { kind: 'experiment', name: id })

  /** A name puts an experiment into a folder, so making one there is writing there. */
  function needPlace(name: string): void {
    if (reach.mayInFolder('tracking:write', folderOf(name))) return
    throw reach.forbidden('tracking:write')
  }

  async function findExperiment(name: string) {
    const found = await tracking.findExperiment(name)
    return found && reach.may('tracking:read', found) ? found : undefined
  }

  function needAll(permission: 'tracking:read' | 'tracking:manage'): void {
    if (!reach.mayEverywhere(permission)) throw reach.forbidden(permission)
  }

  return {
    findExperiment,

    async experiments(name, removed) {
      const visible = await reach.visible()
      const all = await tracking.experiments(name, removed)
      return visible ? all.filter(({ id }) => visible.has(id)) : all
    },

    async searchExperiments(search) {
      const visible = await reach.visible()
      return tracking.searchExperiments({ ...search, ...(visible ? { within: [...visible] } : {}) })
    },

    async experiment(id) {
      await need('tracking:read', id)
      return tracking.experiment(id)
    },

    async createExperiment(given) {
      needPlace(given.name)
      return tracking.createExperiment(given)
    },

    async experimentNamed(name) {
      const found = await tracking.findExperiment(name)
      if (!found) needPlace(name)
      // Whoever uses it by its name writes into it, and brings it back when it is removed.
      else await reach.need('tracking:write', found.id, { kind: 'experiment', name })
      return tracking.experimentNamed(name)
    },

    async renameExperiment(id, name) {
      await need('tracking:write', id)
      const { name: before } = await tracking.experiment(id)
      if (folderOf(before) !== folderOf(name)) needPlace(name)
      await tracking.renameExperiment(id, name)
    },

    async setExperimentTag(id, key, value) {
      await need('tracking:write', id)
      await tracking.setExperimentTag(id, key, value)
    },

    async removeExperimentTag(id, key) {
      await need('tracking:write', id)
      await tracking.removeExperimentTag(id, key)
    },

    async removeExperiment(id) {
      await need('tracking:write', id)
      await tracking.removeExperiment(id)
    },

    async restoreExperiment(id) {
      await need('tracking:write', id)
      await tracking.restoreExperiment(id)
    },

    async renameFolder(folder, to) {
      await needFolders(folder, to)
      return tracking.renameFolder(folder, to)
    },
    async checkFolderMove(folder, to) {
      await needFolders(folder, to)
      return tracking.checkFolderMove(folder, to)
    },

    experimentsIn: visibleIn,

    async retentionRules() {
      needAll('tracking:read')
      return tracking.retentionRules()
    },
    async chosenBy(rule, keep) {
      needAll('tracking:read')
      return tracking.chosenBy(rule, keep)
    },
    async setRetention(name, rule, by) {
      needAll('tracking:manage')
      return tracking.setRetention(name, rule, by)
    },
    async removeRetention(name) {
      needAll('tracking:manage')
      return tracking.removeRetention(name)
    },
    async noteRetention(name) {
      needAll('tracking:manage')
      return tracking.noteRetention(name)
    },
  }

  async function needFolders(folder: string, to: string): Promise<void> {
    if (!(await visibleIn(folder)).length) {
      throw new TidemillError('not_found', { kind: 'folder', name: folder })
    }
    const may = [folder, to].every((each) => reach.mayInFolder('tracking:write', each))
    if (!may) throw reach.forbidden('tracking:write')
  }

  async function visibleIn(folder: string, which?: 'active' | 'all') {
    const visible = await reach.visible()
    const all = await tracking.experimentsIn(folder, which)
    return visible ? all.filter(({ id }) => visible.has(id)) : all
  }
}
