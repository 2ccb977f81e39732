import type { LineageGraph, ModelVersion } from '#contract'
import type { Rooms } from '../rooms.ts'

type Node = LineageGraph['nodes'][number]
type Edge = LineageGraph['edges'][number]

const shownPredictions = 10

/** Collects nodes once and the edges between them. */
function graphOf(focus: string): {
  has(id: string): boolean
  add(node: Node): string
  link(from: string, to: string, relation: string): void
  done(): LineageGraph
} {
  const nodes = new Map<string, Node>()
  const edges = new Map<string, Edge>()
  return {
    has: (id: string): boolean => nodes.has(id),
    add(node) {
      if (!nodes.has(node.id)) nodes.set(node.id, node)
      return node.id
    },
    link: (from, to, relation) => void edges.set(`${from}→${to}`, { from, to, relation }),
    done: () => ({ focus, nodes: [...nodes.values()], edges: [...edges.values()] }),
  }
}

type Graph = ReturnType<typeof graphOf>

/** From one prediction back to the rows its model was trained on. */
export async function predictionLineage(rooms: Rooms, id: string): Promise<LineageGraph> {
  const prediction = await rooms.serving.log.get(id)
  const graph = graphOf(`prediction:${id}`)
  const version = await rooms.registry.version(prediction.model, prediction.version)
  const model = await addModel(rooms, graph, version)
  const endpoint = graph.add({
    id: `endpoint:${prediction.endpoint}`,
    kind: 'endpoint',
    title: prediction.endpoint,
    detail: 'endpoint',
    href: `/endpoints/${encodeURIComponent(prediction.endpoint)}`,
  })
  graph.link(model, endpoint, 'served')
  const node = graph.add({
    id: `prediction:${id}`,
    kind: 'prediction',
    title: id,
    detail: `answered ${prediction.prediction}`,
  })
  graph.link(endpoint, node, 'answered')
  if (prediction.label !== undefined) {
    const label = graph.add({
      id: `label:${id}`,
      kind: 'label',
      title: prediction.label,
      detail: 'what turned out to be true',
    })
    graph.link(node, label, 'was found to be')
  }
  for (const { to } of await rooms.lineage.walk({ kind: 'prediction', id }, 'down', 20)) {
    if (to.kind !== 'row') continue
    const [place = '', row = ''] = to.id.split('#')
    const [dataset = '', number = ''] = place.split('@')
    const next = await addDataset(rooms, graph, dataset, Number(number))
    const rowNode = graph.add({
      id: `row:${to.id}`,
      kind: 'row',
      title: `row ${row}`,
      detail: `of ${place}`,
    })
    graph.link(node, rowNode, 'reviewed')
    graph.link(rowNode, next, 'is in')
  }
  return graph.done()
}

/** What a model version was made from, and what it made. */
export async function modelLineage(
  rooms: Rooms,
  name: string,
  number: number,
): Promise<LineageGraph> {
  const version = await rooms.registry.version(name, number)
  const graph = graphOf(`model:${name}/${number}`)
  const model = await addModel(rooms, graph, version)
  await addUses(rooms, graph, model, version)
  return graph.done()
}

/** Where a data version came from, and what was made of it. */
export async function datasetLineage(
  rooms: Rooms,
  name: string,
  number: number,
): Promise<LineageGraph> {
  const graph = graphOf(`dataset:${name}@${number}`)
  await addDataset(rooms, graph, name, number)
  await addDescendants(rooms, graph, name, number)
  return graph.done()
}

/** Every model and prediction one row touched: those trained on a version that has the row. */
export async function rowLineage(
  rooms: Rooms,
  name: string,
  number: number,
  row: number,
): Promise<LineageGraph> {
  const { rows } = await rooms.lake.version(name, number)
  const graph = graphOf(`row:${name}@${number}#${row}`)
  const node = graph.add({
    id: `row:${name}@${number}#${row}`,
    kind: 'row',
    title: `row ${row}`,
    detail: row < rows ? `of ${name} version ${number}` : 'not in this version',
  })
  if (row >= rows) return graph.done()
  const origin = await rooms.lineage.walk({ kind: 'row', id: `${name}@${number}#${row}` }, 'up', 5)
  for (const { from } of origin) {
    const prediction = graph.add({
      id: `prediction:${from.id}`,
      kind: 'prediction',
      title: from.id,
      detail: 'its features were this row',
      href: `/lineage?kind=prediction&id=${from.id}`,
    })
    graph.link(prediction, node, 'reviewed')
  }
  const dataset = await addDataset(rooms, graph, name, number)
  graph.link(node, dataset, 'is in')
  await addDescendants(rooms, graph, name, number, row)
  return graph.done()
}

async function addModel(rooms: Rooms, graph: Graph, version: ModelVersion): Promise<string> {
  const { model, version: number, run, dataset, datasetVersion } = version
  const node = graph.add({
    id: `model:${model}/${number}`,
    kind: 'model',
    title: `${model} version ${number}`,
    detail: version.aliases.join(', ') || 'no alias',
    href: `/models/${encodeURIComponent(model)}/${number}`,
    digest: version.digest,
  })
  if (run === undefined) return node
  const record = await rooms.tracking.run(run)
  const runNode = graph.add({
    id: `run:${run}`,
    kind: 'run',
    title: record.name,
    detail: record.experiment,
    href: `/runs/${run}`,
    ...(record.source.code === undefined ? {} : { digest: record.source.code }),
  })
  graph.link(runNode, node, 'registered')
  if (dataset !== undefined && datasetVersion !== undefined) {
    graph.link(await addDataset(rooms, graph, dataset, datasetVersion), runNode, 'trained')
  }
  return node
}

/** A data version and the ones it was made from, down to the bytes that came in. */
async function addDataset(
  rooms: Rooms,
  graph: Graph,
  name: string,
  number: number,
): Promise<string> {
  const id = `dataset:${name}@${number}`
  // With all that it was made from, when it is there.
  if (graph.has(id)) return id
  const version = await rooms.lake.version(name, number)
  const node = graph.add({
    id,
    kind: 'dataset',
    title: `${name} version ${number}`,
    detail: `${version.rows} rows, ${version.message}`,
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

/** Later versions with the same rows, the runs trained on any of them, and what those made. */
async function addDescendants(
  rooms: Rooms,
  graph: Graph,
  name: string,
  number: number,
  row?: number,
): Promise<void> {
  const versions = (await rooms.lake.versions(name)).toSorted((a, b) => a.version - b.version)
  const having = new Set([number])
  for (const version of versions) {
    // A version that dropped rows moved them; what comes after it is no longer the same row.
    const kept = version.parent !== undefined && having.has(version.parent)
    const dropped = version.changes?.some(
      (change) => change.action.action === 'drop_row' && change.rows > 0,
    )
    if (kept && !(row !== undefined && dropped)) {
      having.add(version.version)
      await addDataset(rooms, graph, name, version.version)
    }
  }
  const trained = await Promise.all(
    [...having].map((version) =>
      rooms.lineage.walk({ kind: 'dataset', id: `${name}@${version}` }, 'down', 200),
    ),
  )
  const runs = new Set(
    trained
      .flat()
      .filter((edge) => edge.relation === 'trained')
      .map((edge) => edge.to.id),
  )
  for (const run of runs) {
    for (const version of await rooms.registry.versionsOfRun(run)) {
      const model = await addModel(rooms, graph, version)
      await addUses(rooms, graph, model, version)
    }
  }
}

async function addUses(
  rooms: Rooms,
  graph: Graph,
  model: string,
  version: ModelVersion,
): Promise<void> {
  for (const endpoint of await rooms.serving.listed()) {
    if (endpoint.model !== version.model) continue
    const { predictions } = await rooms.serving.log.list(endpoint.name, { limit: 1000 })
    const own = predictions.filter((each) => each.version === version.version)
    if (own.length === 0 && endpoint.version !== version.version) continue
    const node = graph.add({
      id: `endpoint:${endpoint.name}`,
      kind: 'endpoint',
      title: endpoint.name,
      detail: `${(await rooms.serving.log.count(endpoint.name)).predictions} predictions`,
      href: `/endpoints/${encodeURIComponent(endpoint.name)}`,
    })
    graph.link(model, node, 'served')
    for (const each of own.slice(0, shownPredictions)) {
      const prediction = graph.add({
        id: `prediction:${each.id}`,
        kind: 'prediction',
        title: each.id,
        detail: `answered ${each.prediction}`,
        href: `/lineage?kind=prediction&id=${each.id}`,
      })
      graph.link(node, prediction, 'answered')
    }
  }
}
