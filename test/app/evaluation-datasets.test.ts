import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { operations, type Caller } from '#contract'
import { withCode } from '../auth/support/open-test-auth.ts'
import { runningServer } from '../support/home.ts'
import { actor, type Actor } from './support/actor.ts'

const { evaluationDatasets, runs } = operations

interface Made {
  readonly name: string
  readonly experiments: readonly string[]
  readonly tags?: Readonly<Record<string, string>>
  readonly records?: readonly object[]
}

/** A data set as MLflow's client makes it. */
async function madeBy({ mlflow }: Actor, { name, experiments, tags = {}, records = [] }: Made) {
  const own = '/api/3.0/mlflow/datasets'
  const given = { name, experiment_ids: experiments, tags: JSON.stringify(tags) }
  const { body } = await mlflow('POST', `${own}/create`, given)
  const id = String(body.dataset.dataset_id)
  await mlflow('POST', `${own}/${id}/records`, { records: JSON.stringify(records) })
  return id
}

async function open(t: TestContext) {
  const server = await runningServer(t, { host: '0.0.0.0' })
  const root = await actor(server, 'root', 'admin')
  const made = async (experiment: string) =>
    (await root.caller.call(runs.create, { experiment })).run.experimentId
  const [mine, secret] = [await made('mine'), await made('secret')]
  return { server, root, mine, secret }
}

async function textOf(caller: Caller, dataset: string, format: 'jsonl' | 'csv'): Promise<string> {
  const bytes = await caller.download(evaluationDatasets.download, { dataset, format })
  return new Response(bytes).text()
}

const fromTrace = { source_type: 'TRACE', source_data: { trace_id: 'tr-1' } }

test('evaluation data sets that MLflow’s client made are found by experiment, words, filter and page, with their records', async (t) => {
  const { root, mine, secret } = await open(t)
  const { caller } = root
  const questions = await madeBy(root, {
    name: 'questions',
    experiments: [mine, secret],
    tags: { lang: 'en' },
    records: [
      { inputs: { q: 'Which “bikes”\nare free?', n: 1 }, expectations: { a: '100% of them' } },
      { inputs: { q: 'And ÄPFEL?' }, tags: { hard: 'yes' }, source: fromTrace, outputs: 'none' },
      { inputs: { q: 'third' } },
    ],
  })
  await madeBy(root, { name: 'others', experiments: [secret] })
  await madeBy(root, { name: "nobody's", experiments: [] })

  const find = async (input: object) =>
    (await caller.call(evaluationDatasets.search, input)).datasets.map(({ name }) => name)
  assert.deepEqual(await find({}), ["nobody's", 'others', 'questions'])
  assert.deepEqual(await find({ experiment: 'mine' }), ['questions'])
  assert.deepEqual(await find({ text: 'QUEST' }), ['questions'])
  assert.deepEqual(await find({ text: "y's" }), ["nobody's"])
  assert.deepEqual(await find({ text: 's', filter: "tags.lang = 'en'" }), ['questions'])
  assert.deepEqual(
    await find({ order: 'name asc' }),
    ["nobody's", 'others', 'questions'].toSorted(),
  )
  await assert.rejects(find({ filter: 'name >' }), withCode('bad_request'))
  const first = await caller.call(evaluationDatasets.search, { limit: 2 })
  assert.deepEqual(await find({ limit: 2, cursor: first.next }), ['questions'])

  const { dataset } = await caller.call(evaluationDatasets.get, { dataset: questions })
  assert.deepEqual(
    { ...dataset, experiments: dataset.experiments.map(({ name }) => name) },
    {
      ...dataset,
      records: 3,
      tags: { lang: 'en' },
      experiments: ['mine', 'secret'],
      fields: {
        inputs: { q: 'string', n: 'integer' },
        outputs: {},
        expectations: { a: 'string' },
      },
    },
  )

  const records = async (input: object) =>
    caller.call(evaluationDatasets.records, { dataset: questions, ...input })
  const all = (await records({})).records
  assert.deepEqual(
    all.map(({ inputs, trace }) => [inputs.q, trace]),
    [
      ['Which “bikes”\nare free?', undefined],
      ['And ÄPFEL?', 'tr-1'],
      ['third', undefined],
    ],
  )
  const page = await records({ limit: 2 })
  assert.deepEqual((await records({ limit: 2, cursor: page.next })).records, all.slice(2))
  for (const text of ['bikes”\nare', '100%', 'FREE', 'ÄPFEL']) {
    assert.equal((await records({ text })).records.length, 1, text)
  }
  assert.deepEqual((await records({ text: '1_0' })).records, [])
  const [one] = all
  assert.ok(one)
  const asked = { dataset: questions, record: one.id }
  assert.deepEqual((await caller.call(evaluationDatasets.record, asked)).record, one)

  const { found } = await caller.call(operations.find.all, { text: 'quest' })
  assert.deepEqual(
    found.map(({ kind, href }) => [kind, href]),
    [['evaluation data set', `/evaluation-datasets/${questions}`]],
  )
})

test('records come out as the JSON lines that merge_records takes, and as CSV that no spreadsheet runs', async (t) => {
  const { root, mine } = await open(t)
  const given = [
    { inputs: { q: '=cmd()', n: 1 }, expectations: { a: ['x'] }, tags: { t: 1 } },
    { inputs: { q: 'a "b", c' }, outputs: { r: 2 }, source: fromTrace },
  ]
  const id = await madeBy(root, { name: 'q/1', experiments: [mine], records: given })
  const lines = (await textOf(root.caller, id, 'jsonl')).trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    given,
  )
  const [head, ...rows] = (await textOf(root.caller, id, 'csv')).trimEnd().split('\n')
  assert.equal(head, 'record_id,inputs.q,inputs.n,outputs,expectations.a,tags,source')
  assert.deepEqual(
    rows.map((row) => row.slice(row.indexOf(',') + 1)),
    [
      `'=cmd(),1,,"[""x""]","{""t"":1}",`,
      `"a ""b"", c",,"{""r"":2}",,,"{""source_type"":""TRACE"",""source_data"":{""trace_id"":""tr-1""}}"`,
    ],
  )
})

test('an evaluation data set says what goes with it before it goes; a record goes alone, and tags are set and taken off', async (t) => {
  const { root, mine } = await open(t)
  const { caller } = root
  const records = [{ inputs: { q: 1 } }, { inputs: { q: 2 } }]
  const dataset = await madeBy(root, { name: 'q', experiments: [mine], records })
  const [first] = (await caller.call(evaluationDatasets.records, { dataset })).records
  const record = String(first?.id)
  await caller.call(evaluationDatasets.removeRecord, { dataset, record })
  await assert.rejects(
    caller.call(evaluationDatasets.removeRecord, { dataset, record }),
    withCode('not_found'),
  )
  await caller.call(evaluationDatasets.tag, { dataset, tags: { a: '1', b: '2' } })
  const tagged = await caller.call(evaluationDatasets.tag, { dataset, tags: { a: null } })
  assert.deepEqual(tagged.dataset.tags, { b: '2' })
  const going = { name: 'q', records: 1, experiments: ['mine'] }
  const remove = async (dry: boolean) => caller.call(evaluationDatasets.remove, { dataset, dry })
  assert.deepEqual(await remove(true), { ...going, dry: true })
  assert.deepEqual(await remove(false), { ...going, dry: false })
  await assert.rejects(remove(true), withCode('not_found'))
  const { entries } = await caller.call(operations.audit.list, {})
  const said = entries.filter(({ what }) => what === 'evaluationDatasets.remove')
  assert.deepEqual(
    said.map(({ who, object, detail }) => [who, object, detail]),
    [['root', dataset, 'q, 1 records']],
  )
})

test('whoever has a role in one experiment sees its evaluation data sets and no others, and changes them with the role alone', async (t) => {
  const { server, root, mine, secret } = await open(t)
  const both = await madeBy(root, { name: 'both', experiments: [mine, secret] })
  const hers = await madeBy(root, { name: 'hers', experiments: [mine] })
  const hidden = await madeBy(root, { name: 'hidden', experiments: [secret] })
  const { caller } = await actor(server, 'ada')
  const grant = async (role: 'viewer' | 'editor') =>
    root.caller.call(runs.grantAccess, { experiment: 'mine', user: 'ada', role })
  await grant('viewer')
  const { datasets } = await caller.call(evaluationDatasets.search, {})
  assert.deepEqual(
    datasets.map(({ name, experiments }) => [name, experiments.map((each) => each.name)]),
    [
      ['hers', ['mine']],
      ['both', ['mine']],
    ],
  )
  const asked = { dataset: hidden }
  await assert.rejects(caller.call(evaluationDatasets.get, asked), withCode('not_found'))
  await assert.rejects(caller.call(evaluationDatasets.records, asked), withCode('not_found'))
  await assert.rejects(textOf(caller, hidden, 'csv'), withCode('not_found'))
  const remove = async (dataset: string) => caller.call(evaluationDatasets.remove, { dataset })
  await assert.rejects(remove(hers), withCode('forbidden'))
  await grant('editor')
  await assert.rejects(remove(both), withCode('forbidden'))
  await assert.rejects(remove(hidden), withCode('not_found'))
  await remove(hers)
})
