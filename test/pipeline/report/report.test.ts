import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  dag,
  dagDot,
  dagMermaid,
  dagText,
  loadPipeline,
  metricsDiff,
  metricsShow,
  paramsDiff,
  plotsShow,
} from '#pipeline'
import { project } from '../support/project.ts'

const files = {
  'params.yaml': 'train:\n  rate: 0.1\n  rounds: 10\n',
  'dvc.yaml': `stages:
  train:
    cmd: cp m0.json m.json && cp curve0.csv curve.csv
    deps: [m0.json, curve0.csv]
    params: [train.rate]
    metrics:
    - m.json
    plots:
    - curve.csv: {x: epoch, y: loss, title: Loss}
  report:
    cmd: cp m.json r
    deps: [m.json]
    outs: [r]
`,
  'm0.json': '{"acc": 0.5, "n": 3, "inner": {"f1": 0.25}, "skip": [1]}\n',
  'curve0.csv': 'epoch,loss\n1,0.9\n2,"0.5"\n',
}

test('metrics and parameters are compared with a revision, cached metrics too', async (t) => {
  const made = await project(t, files, { git: true })
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'one')
  made.write({
    'params.yaml': 'train:\n  rate: 0.25\n  rounds: 10\nfresh: [1, x]\n',
    'm0.json': files['m0.json'].replace('0.5', '0.75'),
  })
  await made.repro()
  assert.deepEqual(metricsShow(made.root), { 'm.json': { acc: 0.75, n: 3, inner: { f1: 0.25 } } })
  assert.deepEqual(metricsShow(made.root, 'HEAD'), {
    'm.json': { acc: 0.5, n: 3, inner: { f1: 0.25 } },
  })
  assert.deepEqual(metricsDiff(made.root), {
    'm.json': { acc: { old: 0.5, new: 0.75, diff: 0.25 } },
  })
  assert.deepEqual(paramsDiff(made.root), {
    'params.yaml': {
      fresh: { old: null, new: "[1, 'x']" },
      'train.rate': { old: 0.1, new: 0.25, diff: 0.15 },
    },
  })
  assert.throws(() => metricsDiff(made.root, { from: 'nosuch' }), /nosuch/)
})

test('a file that nobody declares is plotted when it is named, by the columns that are asked for', async (t) => {
  const made = await project(t, { 'free.csv': 'step,a,b\n1,2,3\n' }, { git: true })
  const style = new Map([
    ['x', 'a'],
    ['y', 'b'],
    ['title', 'Free'],
  ])
  const [plot, ...more] = plotsShow(made.root, [], { targets: ['free.csv'], style })
  assert.deepEqual([plot?.id, plot?.x, plot?.y, plot?.title], ['free.csv', 'a', ['b'], 'Free'])
  assert.deepEqual(more, [])
  assert.deepEqual(plotsShow(made.root, [], { targets: ['none.csv'] }), [])
})

test('plots give their rows for the work tree and revisions', async (t) => {
  const made = await project(t, files, { git: true })
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'one')
  const [plot] = plotsShow(made.root, ['HEAD'])
  assert.deepEqual(
    [plot?.id, plot?.x, plot?.y, plot?.title],
    ['curve.csv', 'epoch', ['loss'], 'Loss'],
  )
  const rows = [
    { epoch: 1, loss: 0.9 },
    { epoch: 2, loss: 0.5 },
  ]
  assert.deepEqual(plot?.series, [
    { revision: 'workspace', path: 'curve.csv', rows },
    { revision: 'HEAD', path: 'curve.csv', rows },
  ])
})

test('the graph is drawn as text, for Mermaid and for Graphviz, as DVC writes the latter two', async (t) => {
  const { root } = await project(t, files)
  const graph = dag(loadPipeline(root))
  assert.equal(dagText(graph), 'train\n  report  <- train')
  assert.equal(
    dagMermaid(graph),
    'flowchart TD\n\tnode1["report"]\n\tnode2["train"]\n\tnode2-->node1',
  )
  assert.equal(dagDot(graph), 'strict digraph  {\n"report";\n"train";\n"train" -> "report";\n}\n')
  assert.deepEqual(dag(loadPipeline(root), { outs: true }).edges, [{ from: 'm.json', to: 'r' }])
})
