import { TidemillError, type LineageGraph, type ModelVersion } from '#contract'
import type { Rooms } from '../rooms.ts'
import { graphOf, type Graph } from './lineage-graph.ts'
import { addDataset, addEndpoint, addModel, versionsOfRun, versionThen } from './lineage-nodes.ts'

const shownPredictions = 10

/** From one prediction back to the rows its model was trained on. */
export async function predictionLineage(rooms: Rooms, id: string): Promise<LineageGraph> {
  const prediction = await rooms.serving.log.get(id)
  const graph = graphOf(`prediction:${id}`)
  const { version, time } = prediction
  const nameNow = await rooms.registry.presentNames()
  const answered = await versionThen(rooms, nameNow(prediction.model, time), version, time)
  const model = await addModel(rooms, graph, answered)
  const endpoint = await addEndpoint(rooms, graph, prediction.endpoint)
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

/** What a model version was made from, and what it made; of one that was removed, what the lineage still knows. */
export async function modelLineage(
  rooms: Rooms,
  name: string,
  number: number,
): Promise<LineageGraph> {
  const of = await versionThen(rooms, name, number)
  if (!('version' in of) && of.runs.length === 0) {
    throw new TidemillError('not_found', { kind: 'model version', name: `${name}/${number}` })
  }
  const graph = graphOf(`model:${name}/${number}${'version' in of ? '' : ', removed'}`)
  const model = await addModel(rooms, graph, of)
  if ('version' in of) await addUses(rooms, graph, model, of.version)
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
    for (const of of await versionsOfRun(rooms, run)) {
      const model = await addModel(rooms, graph, of)
      if ('version' in of) await addUses(rooms, graph, model, of.version)
    }
  }
}

async function addUses(
  rooms: Rooms,
  graph: Graph,
  model: string,
  version: ModelVersion,
): Promise<void> {
  const of = {
    names: await rooms.registry.namesOf(version.model),
    version: version.version,
  }
  for (const endpoint of await rooms.serving.listed()) {
    if (endpoint.model !== version.model) continue
    const { predictions } = await rooms.serving.log.list(endpoint.name, {
      of,
      limit: shownPredictions,
    })
    if (predictions.length === 0 && endpoint.version !== version.version) continue
    const node = await addEndpoint(rooms, graph, endpoint.name)
    graph.link(model, node, 'served')
    for (const each of predictions) {
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
