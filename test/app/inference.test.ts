import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answeringProject } from '../support/answering-project.ts'
import { runningServer } from '../support/home.ts'

test('an endpoint speaks the Open Inference Protocol and MLflow’s invocations, and refuses what does not fit', async (t) => {
  const { dir } = await answeringProject(t)
  const { url } = await runningServer(t, { dir })
  const get = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json()
  const post = async (
    path: string,
    body: object,
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const row = {
    Pregnancies: 6,
    Glucose: 148,
    'Blood Pressure': 72,
    'Skin Thickness': 35,
    Insulin: null,
    BMI: 33.6,
    'Diabetes Pedigree Function': 0.627,
    Age: 50,
  }

  await t.test('metadata names the inputs, their types and the classes’ width', async () => {
    const metadata = (await get('/v2/models/diabetes')) as {
      inputs: { name: string; datatype: string; shape: number[] }[]
      outputs: object[]
      versions: string[]
    }
    assert.deepEqual(metadata.inputs[0], { name: 'Pregnancies', datatype: 'INT64', shape: [-1] })
    assert.deepEqual(metadata.outputs[1], {
      name: 'probabilities',
      datatype: 'FP64',
      shape: [-1, 2],
    })
    assert.deepEqual(metadata.versions, ['1'])
    assert.deepEqual(await get('/v2/health/live'), { live: true })
    assert.deepEqual(await get('/v2/models/diabetes/ready'), { name: 'diabetes', ready: true })
  })

  await t.test('columns and one matrix are answered alike, and the id is echoed', async () => {
    const columns = Object.entries(row).filter(([, value]) => value !== null)
    const byColumn = await post('/v2/models/diabetes/infer', {
      id: 'mine',
      inputs: columns.map(([name, value]) => ({
        name,
        shape: [1, 1],
        datatype: 'FP64',
        data: [[value]],
      })),
    })
    assert.equal(byColumn.status, 200, JSON.stringify(byColumn.body))
    assert.equal(byColumn.body.id, 'mine')
    const matrix = await post('/v2/models/diabetes/infer', {
      inputs: [{ name: 'X', shape: [1, 8], datatype: 'FP64', data: Object.values(row) }],
    })
    assert.deepEqual(matrix.body.outputs, byColumn.body.outputs)
  })

  await t.test('the four forms of an invocation give the same predictions', async () => {
    const names = Object.keys(row)
    const answers = await Promise.all([
      post('/invocations', { dataframe_split: { columns: names, data: [Object.values(row)] } }),
      post('/invocations', { dataframe_records: [row] }),
      post('/endpoints/diabetes/invocations', { instances: [Object.values(row)] }),
      post('/invocations', {
        inputs: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, [value]])),
      }),
    ])
    for (const answer of answers) assert.deepEqual(answer.body, answers[0]?.body)
    assert.deepEqual(Object.keys(answers[0]?.body ?? {}), ['predictions'])
  })

  await t.test('wrong names, types, shapes and extra columns are each named', async () => {
    const wrong = await post('/api/endpoints/diabetes/predict', {
      rows: [{ Glucose: 'high', Colour: 'red' }],
    })
    assert.equal(wrong.status, 400)
    assert.match(String(wrong.body.detail), /"Glucose" must be a whole number, not "high"/)
    assert.match(String(wrong.body.detail), /there is no input "Colour"/)
    const shape = await post('/v2/models/diabetes/infer', {
      inputs: [{ name: 'Glucose', shape: [2], datatype: 'FP64', data: [1] }],
    })
    assert.equal(shape.status, 400)
    assert.match(String(shape.body.error), /1 values, but its shape \[2\] wants 2/)
    for (const body of [
      { dataframe_split: null },
      { inputs: { Glucose: null } },
      { inputs: { Glucose: [1], Age: [1, 2] } },
    ]) {
      const refused = await post('/invocations', body)
      assert.equal(refused.status, 400, JSON.stringify([body, refused.body]))
    }
    const outputs = await post('/v2/models/diabetes/infer', {
      inputs: [{ name: 'Glucose', shape: [1], datatype: 'FP64', data: [1] }],
      outputs: [null],
    })
    assert.equal(outputs.status, 400)
    assert.match(String(outputs.body.error), /"outputs" wants a list of objects with a name/)
    const unknown = await post('/v2/models/nothing/infer', {
      inputs: [{ name: 'a', shape: [1], datatype: 'FP64', data: [1] }],
    })
    assert.equal(unknown.status, 404)
    assert.deepEqual(Object.keys(unknown.body), ['error'])
  })

  await t.test(
    'each answer is in the log with its version and features, and its reasons sum to the move of the risk',
    async () => {
      const { body } = await post('/api/endpoints/diabetes/predict', { rows: [row], explain: true })
      const [answer] = body.answers as {
        id: string
        label: string
        version: number
        reasons: { contribution: number }[]
      }[]
      assert.match(answer?.label ?? '', /diabetic|healthy/)
      assert.equal(answer?.reasons.length, 8)
      const { prediction } = (await get(`/api/predictions/${answer?.id}`)) as {
        prediction: { version: number; features: object }
      }
      assert.equal(prediction.version, 1)
      assert.deepEqual(prediction.features, row)
    },
  )
})
