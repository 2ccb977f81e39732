import { type VersionLineage } from '#contract'
import { found } from '../found.ts'
import type { Rooms } from '../rooms.ts'
import { datasetsOfRun } from './datasets-of-run.ts'
import { declaredViews } from './feature-views.ts'

/** What a version was made of, and what relies on it, in one answer. */
export async function versionLineage(
  rooms: Rooms,
  name: string,
  number: number,
): Promise<VersionLineage> {
  const version = await rooms.registry.version(name, number)
  const run = version.run === undefined ? undefined : await found(rooms.tracking.run(version.run))
  const datasets = run === undefined ? [] : await datasetsOfRun(rooms, run.id)
  const own =
    version.dataset === undefined
      ? []
      : [
          {
            name: version.dataset,
            ...(version.datasetVersion === undefined ? {} : { version: version.datasetVersion }),
            ...(version.dataDigest === undefined ? {} : { digest: version.dataDigest }),
            context: 'trained on',
          },
        ]
  const read = datasets.map(({ name, digest, context = 'read by the run' }) => ({
    name,
    digest,
    context,
  }))
  const data = [...own, ...read]
  const views = Object.entries(await declaredViews(rooms))
  const names = new Set(data.map((each) => each.name))
  const { source } = run ?? {}
  const code = version.code ?? run?.tags['mlflow.source.git.commit']
  const endpoints = (await rooms.serving.listed()).filter(
    (each) => each.model === name && version.aliases.includes(each.alias),
  )
  const consumers = (await rooms.registry.consumers(name)).filter((each) =>
    version.aliases.includes(each.alias),
  )
  return {
    model: name,
    version: number,
    ...(run === undefined
      ? {}
      : {
          run: {
            id: run.id,
            name: run.name,
            experiment: run.experiment,
            user: run.user,
            startedAt: run.startedAt,
          },
        }),
    data,
    features: views
      .filter(([, view]) => names.has(view.dataset))
      .map(([view, { dataset, features = [] }]) => ({ view, dataset, features })),
    ...(code === undefined
      ? {}
      : {
          code: {
            commit: code.replace(/\+dirty$/, ''),
            dirty: code.endsWith('+dirty'),
            ...(source?.entry === undefined ? {} : { entry: source.entry }),
            ...(source?.pipelineStage === undefined ? {} : { stage: source.pipelineStage }),
          },
        }),
    environment: source?.environment ?? {},
    endpoints: endpoints.map(({ name: endpoint, alias }) => ({ name: endpoint, alias })),
    consumers: consumers.map((each) => each.name),
  }
}
