import { folderOf, type Tracking } from '#tracking'
import type { ExperimentReach } from '../experiment-reach.ts'

type Own = Pick<
  Tracking,
  | 'create'
  | 'log'
  | 'changeTag'
  | 'removeTag'
  | 'update'
  | 'end'
  | 'run'
  | 'packedRun'
  | 'search'
  | 'searchPacked'
  | 'history'
  | 'historyPage'
  | 'metricRanges'
  | 'remove'
  | 'restore'
  | 'expectArtifact'
  | 'putArtifact'
  | 'artifacts'
  | 'listArtifacts'
  | 'findArtifact'
  | 'artifact'
  | 'removeArtifact'
  | 'logInputs'
  | 'logOutputs'
  | 'inputsOf'
  | 'datasetsOf'
  | 'moveRuns'
  | 'nestedIn'
  | 'searchInfos'
  | 'countRuns'
  | 'purgeable'
  | 'purge'
  | 'traceIdsOf'
  | 'removeRuns'
  | 'experimentsOf'
>

export function viewOfRuns(tracking: Tracking, reach: ExperimentReach): Own {
  const reads = (owner: string) => reach.needOwner('tracking:read', owner)
  const writes = (owner: string) => reach.needOwner('tracking:write', owner)

  /** Of the experiments that are asked for those that may be seen; all of these when none is asked for. */
  async function within(asked: readonly string[] | undefined) {
    const visible = await reach.visible()
    if (!visible) return asked
    return asked ? asked.filter((id) => visible.has(id)) : [...visible]
  }

  async function scoped<
    T extends { readonly experiments?: readonly string[]; readonly experiment?: string },
  >(search: T): Promise<T> {
    if (search.experiment !== undefined) {
      const found = await tracking.findExperiment(search.experiment)
      await reach.need('tracking:read', found?.id, { kind: 'experiment', name: search.experiment })
      return search
    }
    const experiments = await within(search.experiments)
    return experiments ? { ...search, experiments } : search
  }

  async function visibleOf(owners: readonly string[]): Promise<readonly string[]> {
    const visible = await reach.visible()
    if (!visible) return owners
    const places = await tracking.experimentsOf(owners)
    return owners.filter((owner) => visible.has(places.get(owner) ?? ''))
  }

  return {
    async create(given) {
      const { experiment } = given
      if (typeof experiment === 'string') {
        const found = await tracking.findExperiment(experiment)
        if (found) {
          await reach.need('tracking:write', found.id, { kind: 'experiment', name: experiment })
        } else {
          const may = reach.mayInFolder('tracking:write', folderOf(experiment))
          if (!may) throw reach.forbidden('tracking:write')
        }
      } else {
        await reach.need('tracking:write', experiment.id, {
          kind: 'experiment',
          name: experiment.id,
        })
      }
      return tracking.create(given)
    },

    async log(run, entries) {
      await writes(run)
      // A point can be of a logged model as well, which may be somebody else's.
      const models = new Set((entries.metrics ?? []).flatMap(({ model }) => model ?? []))
      for (const model of models) await writes(model)
      await tracking.log(run, entries)
    },

    async changeTag(run, key, change) {
      await writes(run)
      await tracking.changeTag(run, key, change)
    },
    async removeTag(run, key) {
      await writes(run)
      await tracking.removeTag(run, key)
    },
    async update(run, change) {
      await writes(run)
      return tracking.update(run, change)
    },
    async end(run, status) {
      await writes(run)
      return tracking.end(run, status)
    },
    async run(id) {
      await reads(id)
      return tracking.run(id)
    },
    async packedRun(id) {
      await reads(id)
      return tracking.packedRun(id)
    },
    search: async (search) => tracking.search(await scoped(search)),
    searchPacked: async (search) => tracking.searchPacked(await scoped(search)),
    searchInfos: async (search) => tracking.searchInfos(await scoped(search)),
    countRuns: async (search) => tracking.countRuns(await scoped(search)),

    async history(run, key, which) {
      await reads(run)
      return tracking.history(run, key, which)
    },
    async historyPage(run, key, page) {
      await reads(run)
      return tracking.historyPage(run, key, page)
    },
    async metricRanges(run) {
      await reads(run)
      return tracking.metricRanges(run)
    },
    async remove(run) {
      await writes(run)
      await tracking.remove(run)
    },
    async restore(run) {
      await writes(run)
      return tracking.restore(run)
    },

    async expectArtifact(owner, path) {
      await writes(owner)
      return tracking.expectArtifact(owner, path)
    },
    async putArtifact(owner, path, bytes) {
      await writes(owner)
      return tracking.putArtifact(owner, path, bytes)
    },
    async artifacts(owner) {
      await reads(owner)
      return tracking.artifacts(owner)
    },
    async listArtifacts(owner, folder) {
      await reads(owner)
      return tracking.listArtifacts(owner, folder)
    },
    async findArtifact(owner, path) {
      await reads(owner)
      return tracking.findArtifact(owner, path)
    },
    async artifact(owner, path, range) {
      await reads(owner)
      return tracking.artifact(owner, path, range)
    },
    async removeArtifact(owner, path) {
      await reach.needOwner('tracking:manage', owner)
      return tracking.removeArtifact(owner, path)
    },

    async logInputs(run, datasets, models) {
      await writes(run)
      for (const model of models) await reads(model)
      await tracking.logInputs(run, datasets, models)
    },
    async logOutputs(run, outputs) {
      await writes(run)
      for (const { model } of outputs) await writes(model)
      await tracking.logOutputs(run, outputs)
    },
    inputsOf: async (runs) => tracking.inputsOf(await visibleOf(runs)),
    datasetsOf: async (experiments) => tracking.datasetsOf((await within(experiments)) ?? []),

    async moveRuns(runs, experiment) {
      await reach.need('tracking:write', experiment, { kind: 'experiment', name: experiment })
      // What goes along must be theirs to move as well.
      const all = [...runs, ...(await tracking.nestedIn(runs))]
      await reach.needOwners('tracking:write', all)
      return tracking.moveRuns(runs, experiment)
    },
    nestedIn: async (runs) => visibleOf(await tracking.nestedIn(await visibleOf(runs))),

    async purgeable(request) {
      const all = await tracking.experimentsIn('')
      const managed = all.filter((each) => reach.may('tracking:manage', each)).map(({ id }) => id)
      if (managed.length === 0) throw reach.forbidden('tracking:manage')
      const experiments = request.experiments?.filter((id) => managed.includes(id)) ?? managed
      return tracking.purgeable({ ...request, experiments })
    },
    async purge(found, until, keep, onProgress) {
      const owners = [...found.runs, ...found.models]
      const places = await tracking.experimentsOf(owners)
      const experiments = new Set([...places.values(), ...found.experiments.map(({ id }) => id)])
      for (const id of experiments) {
        await reach.need('tracking:manage', id, { kind: 'experiment', name: id })
      }
      await tracking.purge(found, until, keep, onProgress)
    },
    async traceIdsOf(experiment) {
      await reach.need('tracking:read', experiment, { kind: 'experiment', name: experiment })
      return tracking.traceIdsOf(experiment)
    },
    async removeRuns(runs) {
      await reach.needOwners('tracking:write', runs)
      await tracking.removeRuns(runs)
    },
    async experimentsOf(owners) {
      const places = await tracking.experimentsOf(await visibleOf(owners))
      return places
    },
  }
}
