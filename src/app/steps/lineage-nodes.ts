import type { ModelVersion } from '#contract'
import { found } from '../found.ts'
import type { Rooms } from '../rooms.ts'
import type { Graph } from './lineage-graph.ts'

/** A model version, and one that is gone with what the lineage still knows of it. */
export type Lineaged =
  | { readonly version: ModelVersion }
  | { readonly model: string; readonly number: number; readonly runs: readonly string[] }

/**
 * The version that had a number, at a time where one is given. A version that was made later, of another model with the name of one that
 * is gone, is another.
 */
export async function versionThen(
  rooms: Rooms,
  model: string,
  number: number,
  then?: number,
): Promise<Lineaged> {
  const version = await found(rooms.registry.version(model, number))
  if (version && (then === undefined || version.createdAt <= then)) return { version }
  const edges = await rooms.lineage.walk({ kind: 'model', id: `${model}/${number}` }, 'up', 50)
  const runs = edges
    .filter(({ relation }) => relation === 'registered')
    .map(({ from }) => from.id)
    .filter((run) => run !== version?.run)
  return { model, number, runs }
}

/** The versions that a run was registered as, those that are gone too. */
export async function versionsOfRun(rooms: Rooms, run: string): Promise<readonly Lineaged[]> {
  const versions = await rooms.registry.versionsOfRun(run)
  const known = new Set(versions.map(({ model, version }) => `${model}/${version}`))
  const edges = await rooms.lineage.walk({ kind: 'run', id: run }, 'down', 200)
  const gone = edges
    .filter(({ from, to }) => from.id === run && to.kind === 'model' && !known.has(to.id))
    .map(({ to }): Lineaged => {
      const at = to.id.lastIndexOf('/')
      return { model: to.id.slice(0, at), number: Number(to.id.slice(at + 1)), runs: [run] }
    })
  return [...versions.map((version) => ({ version })), ...gone]
}

export async function addModel(rooms: Rooms, graph: Graph, of: Lineaged): Promise<string> {
  if (!('version' in of)) return addGone(rooms, graph, of)
  const { model, version: number, run, dataset, datasetVersion, aliases, digest } = of.version
  const node = graph.add({
    id: `model:${model}/${number}`,
    kind: 'model',
    title: `${model} version ${number}`,
    detail: aliases.join(', ') || 'no alias',
    href: `/models/${encodeURIComponent(model)}/${number}`,
    digest,
  })
  if (run === undefined) return node
  const runNode = await addRun(rooms, graph, run)
  graph.link(runNode, node, 'registered')
  if (dataset !== undefined && datasetVersion !== undefined) {
    graph.link(await addDataset(rooms, graph, dataset, datasetVersion), runNode, 'trained')
  }
  return node
}

async function addGone(
  rooms: Rooms,
  graph: Graph,
  { model, number, runs }: Exclude<Lineaged, { version: ModelVersion }>,
): Promise<string> {
  const node = graph.add({
    id: `model:${model}/${number}, removed`,
    kind: 'model',
    title: `${model} version ${number}`,
    detail: 'no longer in the registry',
    removed: true,
  })
  for (const run of runs) {
    const runNode = await addRun(rooms, graph, run)
    graph.link(runNode, node, 'registered')
    for (const { from, to } of await rooms.lineage.walk({ kind: 'run', id: run }, 'up', 20)) {
      // What those were made from in turn comes with them.
      if (from.kind !== 'dataset' || to.id !== run) continue
      const at = from.id.lastIndexOf('@')
      const [dataset, version] = [from.id.slice(0, at), Number(from.id.slice(at + 1))]
      graph.link(await addDataset(rooms, graph, dataset, version), runNode, 'trained')
    }
  }
  return node
}

async function addRun(rooms: Rooms, graph: Graph, run: string): Promise<string> {
  const [id, kind] = [`run:${run}`, 'run'] as const
  const record = await found(rooms.tracking.run(run))
  if (!record) {
    return graph.add({ id, kind, title: run, detail: 'ended for good', removed: true })
  }
  return graph.add({
    ...{ id, kind, title: record.name, detail: record.experiment, href: `/runs/${run}` },
    ...(record.removedAt === undefined ? {} : { removed: true }),
    ...(record.source.code === undefined ? {} : { digest: record.source.code }),
  })
}

/** A data version and the ones it was made from, down to the bytes that came in. */
export async function addDataset(
  rooms: Rooms,
  graph: Graph,
  name: string,
  number: number,
): Promise<string> {
  const [id, kind] = [`dataset:${name}@${number}`, 'dataset'] as const
  // With all that it was made from, when it is there.
  if (graph.has(id)) return id
  const title = `${name} version ${number}`
  const version = await found(rooms.lake.version(name, number))
  if (!version) {
    return graph.add({ id, kind, title, detail: 'no longer in the lake', removed: true })
  }
  const node = graph.add({
    ...{ id, kind, title, detail: `${version.rows} rows, ${version.message}` },
    href: `/datasets/${encodeURIComponent(name)}`,
    digest: version.digest,
  })
  if (version.parent !== undefined) {
    const relation = version.origin === 'labels' ? 'extended' : 'cleaned'
    graph.link(await addDataset(rooms, graph, name, version.parent), node, relation)
  }
  if (version.source !== undefined) {
    const source = graph.add({
      id: `source:${version.source}`,
      kind: 'source',
      title: version.source.slice(7, 19),
      detail: 'bytes as they came',
      digest: version.source,
    })
    graph.link(source, node, 'imported')
  }
  return node
}

/** An endpoint with the predictions it logged; without a link where it is no longer there. */
export async function addEndpoint(rooms: Rooms, graph: Graph, name: string): Promise<string> {
  const isThere = (await rooms.serving.listed()).some((each) => each.name === name)
  const { predictions } = await rooms.serving.log.count(name)
  return graph.add({
    id: `endpoint:${name}`,
    kind: 'endpoint',
    title: name,
    detail: predictions === 1 ? '1 prediction' : `${predictions} predictions`,
    ...(isThere ? { href: `/endpoints/${encodeURIComponent(name)}` } : { removed: true }),
  })
}
