import assert from 'node:assert/strict'
import { test } from 'node:test'
import { copyMlflow, exportProject, importProject, openApp, runDemo } from '#app'
import { httpCaller, operations } from '#contract'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { mlflowPeer } from '../support/mlflow-peer.ts'
import { runPeer, skipWithoutPeer } from '../support/peer-python.ts'

test(
  'what a real MLflow server has comes in, and goes out to a real one again',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const folder = await temporaryFolder(t)
    const [from, back] = await Promise.all([
      mlflowPeer(t, `${folder}/from`),
      mlflowPeer(t, `${folder}/back`),
    ])
    await runPeer('mlflow', ['test/peers/mlflow_fill.py', from.url])
    const here = await runningServer(t)
    const came = await copyMlflow(from, here)
    assert.deepEqual(came.problems, [])
    assert.deepEqual([came.runs, came.points, came.loggedModels, came.versions], [2, 31, 1, 1])
    const went = await copyMlflow(here, back)
    assert.deepEqual(went.problems, [])
    assert.deepEqual(
      [went.runs, went.points, went.files, went.loggedModels, went.versions],
      [came.runs, came.points, came.files, came.loggedModels, came.versions],
    )
    const said = await runPeer('mlflow', ['test/peers/mlflow_fill.py', back.url, '--check'])
    assert.match(said, /predicts \[1\.0, 2\.0\]/)
  },
)

test(
  'a project’s folder reads back into a real MLflow server, which loads its model and answers as the endpoint does',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const folder = await temporaryFolder(t)
    const demo = await runDemo({ template: 'diabetes', dir: `${folder}/demo`, port: 0 })
    t.after(() => demo.stop())
    const app = await openApp({ home: `${folder}/demo/.tidemill` })
    t.after(() => app.close())
    await exportProject(await app.project('default'), `${folder}/out`)
    const [here, real] = await Promise.all([runningServer(t), mlflowPeer(t, `${folder}/real`)])
    await importProject(await here.app.project('default'), `${folder}/out`)
    const { problems, versions } = await copyMlflow(here, real)
    assert.deepEqual([problems, versions], [[], 2])
    const rows = [
      { Glucose: 190, BMI: 40, Age: 60 },
      { Glucose: 80, BMI: 20, Age: 25 },
    ]
    const names = await runPeer('mlflow', [
      'test/peers/mlflow_champion.py',
      real.url,
      'KNNforDiabetes',
      JSON.stringify(rows),
    ])
    const { answers } = await httpCaller({ url: demo.url }).call(operations.endpoints.predict, {
      name: 'diabetes',
      rows,
    })
    assert.deepEqual(
      (JSON.parse(names.trim().split('\n').at(-1) ?? '') as number[]).map(String),
      answers.map((answer) => answer.prediction),
    )
  },
)
