import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { operations, type LineageGraph } from '#contract'
import { withCode } from '../auth/support/open-test-auth.ts'
import { answeringProject } from '../support/answering-project.ts'

const [name, renamed] = ['KNNforDiabetes', 'Readmission']

/** The diabetes loop with a model that answers. */
async function answering(t: TestContext) {
  const { app, caller } = await answeringProject(t)
  const rooms = await app.project('default')
  const { version } = await caller.call(operations.models.version, { name, version: 1 })
  const { rows } = await caller.call(operations.datasets.rows, { name: 'diabetes', limit: 100 })
  const features = rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([column]) => column !== 'Outcome')),
  )
  const ask = async (from: number, to: number) => {
    const asked = { name: 'diabetes', rows: features.slice(from, to) }
    return (await caller.call(operations.endpoints.predict, asked)).answers
  }
  return { caller, rooms, version, ask }
}

const modelOf = ({ nodes }: LineageGraph) => nodes.find(({ kind }) => kind === 'model')

test('a renamed model has one history: what it answered, what was true, what its monitors saw and bet, and its lineage', async (t) => {
  const { caller, ask, version } = await answering(t)
  const look = () => caller.call(operations.monitors.run, { name: 'diabetes' })
  const label = (answers: Awaited<ReturnType<typeof ask>>) =>
    caller.call(operations.endpoints.labels, {
      name: 'diabetes',
      labels: answers.map(({ id, prediction }) => ({
        ...{ prediction: id, label: prediction === '1' ? '0' : '1' },
      })),
    })
  const first = await ask(0, 30)
  await look()
  await label(first)
  const second = await ask(30, 60)
  const before = await look()
  assert.match(before.harm?.summary ?? '', /of the 30 answers/)
  await ask(60, 80)
  await label(second)
  await caller.call(operations.endpoints.remove, { name: 'diabetes' })
  await caller.call(operations.models.rename, { name, to: renamed })

  // Answered under the old name, looked at under the new one.
  const after = await look()
  assert.deepEqual([after.model, after.version], [renamed, version.version])
  assert.equal(after.qualityCurrent?.rows, 30)
  assert.match(after.harm?.summary ?? '', /of the 60 answers/)

  await caller.call(operations.endpoints.put, { name: 'diabetes', model: renamed })
  await ask(80, 100)
  const later = await look()
  assert.match(later.harm?.summary ?? '', /of the 60 answers/)
  const { predictions } = await caller.call(operations.endpoints.predictions, {
    ...{ name: 'diabetes', limit: 200 },
  })
  assert.equal(predictions.length, 100)
  assert.deepEqual([...new Set(predictions.map(({ model }) => model))], [renamed])
  const { monitor, reports } = await caller.call(operations.monitors.get, { name: 'diabetes' })
  assert.equal(reports.length, 4)
  assert.deepEqual([...new Set([...reports, monitor.last].map((each) => each?.model))], [renamed])
  const { prediction } = await caller.call(operations.endpoints.prediction, {
    id: first[0]?.id ?? '',
  })
  assert.equal(prediction.model, renamed)
  const lineage = await caller.call(operations.lineage.prediction, { id: first[0]?.id ?? '' })
  assert.equal(modelOf(lineage)?.href, `/models/${renamed}/${version.version}`)
  const { nodes } = await caller.call(operations.lineage.model, {
    ...{ name: renamed, version: version.version },
  })
  assert.ok(nodes.some(({ kind }) => kind === 'prediction'))
})

test('what was removed stays in the lineage, marked and without a link, and is not taken for what has its name now', async (t) => {
  const { caller, rooms, ask, version } = await answering(t)
  const [answer] = await ask(0, 1)
  const id = answer?.id ?? ''
  const one = { name, version: version.version }
  const back = () => caller.call(operations.lineage.prediction, { id })
  const described = ({ nodes }: LineageGraph) =>
    Object.fromEntries(
      nodes.map(({ kind, removed = false, href }) => [kind, [removed, href !== undefined]]),
    )
  const there = await back()
  assert.deepEqual(described(there).model, [false, true])
  await caller.call(operations.endpoints.remove, { name: 'diabetes' })
  await caller.call(operations.models.remove, { name })

  const gone = await back()
  assert.deepEqual(described(gone), {
    ...{ model: [true, false], endpoint: [true, false], prediction: [false, false] },
    ...{ run: [false, true], dataset: [false, true], source: [false, false] },
  })
  const data = { name: version.dataset ?? '', version: version.datasetVersion ?? 0 }
  assert.deepEqual(
    gone.edges.filter(({ relation }) => relation === 'trained').map(({ from }) => from),
    [`dataset:${data.name}@${data.version}`],
  )
  assert.equal(modelOf(gone)?.title, `${name} version ${version.version}`)
  const own = await caller.call(operations.lineage.model, one)
  assert.deepEqual([own.focus, modelOf(own)?.removed], [modelOf(own)?.id, true])
  assert.equal(modelOf(await caller.call(operations.lineage.dataset, data))?.removed, true)
  await assert.rejects(
    caller.call(operations.lineage.model, { name, version: 99 }),
    withCode('not_found'),
  )

  // Another model with the same name and number.
  await caller.call(operations.models.register, { name, run: version.run ?? '' })
  assert.equal((await caller.call(operations.models.get, { name })).model.latest, version.version)
  assert.equal(modelOf(await caller.call(operations.lineage.model, one))?.removed, undefined)
  assert.equal(modelOf(await back())?.removed, true)

  await caller.call(operations.runs.remove, { run: version.run ?? '' })
  await caller.call(operations.datasets.remove, { name: data.name })
  const bare = described(await back())
  assert.deepEqual([bare.run, bare.dataset], [undefined, undefined])
  await rooms.registry.removeModel(name, { who: 'ada', mayPromote: true })
  const last = described(await back())
  assert.deepEqual(
    [last.run, last.dataset],
    [
      [true, true],
      [true, false],
    ],
  )
})
