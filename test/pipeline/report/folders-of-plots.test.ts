import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { add, loadPipeline, plotsShow } from '#pipeline'
import { project, type Project } from '../support/project.ts'

/** The signature of a PNG, which is no UTF-8, and something behind it. */
const picture = (last: number) => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0x80, last])

function draw(made: Project, path: string, last: number): void {
  mkdirSync(dirname(join(made.root, path)), { recursive: true })
  writeFileSync(join(made.root, path), picture(last))
}

const shown = (image = '') => Buffer.from(image.slice(image.indexOf(',') + 1), 'base64')

const commit = (made: Project): void => {
  made.git('add', '-A')
  made.git('commit', '-qm', 'x')
}

test('a picture that Git keeps is the same to the byte at every revision', async (t) => {
  const made = await project(t, { 'dvc.yaml': 'plots:\n- cm.png\n' }, { git: true })
  draw(made, 'cm.png', 1)
  commit(made)
  draw(made, 'cm.png', 2)
  const [plot] = plotsShow(made.root, ['HEAD'])
  assert.deepEqual(
    plot?.series.map(({ revision, image }) => [revision, shown(image)]),
    [
      ['workspace', picture(2)],
      ['HEAD', picture(1)],
    ],
  )
})

// the ids, in their order, are those that dvc 3.67.1 gives the same files; what it calls a file type error is left out
test('a folder of plots is drawn file by file, each as the innermost declaration round it says', async (t) => {
  const live = 'dvclive/plots'
  const made = await project(
    t,
    {
      'dvc.yaml': `plots:
- ${live}/metrics: {x: step}
- ${live}/images
- ${live}/sklearn/cm.json: {template: confusion, x: actual, y: predicted}
`,
      [`${live}/metrics/train/loss.tsv`]: 'step\tloss\n0\t0.5\n1\t0.25\n',
      [`${live}/metrics/acc.tsv`]: 'step\tacc\n0\t0.5\n1\t0.75\n',
      [`${live}/images/readme.txt`]: 'what these are\n',
      [`${live}/metrics/facts.json`]: '{"threshold": 0.5}',
      [`${live}/sklearn/cm.json`]: '[{"actual": "a", "predicted": "b"}]',
    },
    { git: true },
  )
  draw(made, `${live}/images/cm.png`, 1)
  draw(made, `${live}/images/mis/1.png`, 2)
  commit(made)
  made.write({ [`${live}/metrics/acc.tsv`]: 'step\tacc\n0\t0.5\n1\t1\n' })
  const plots = plotsShow(made.root, ['HEAD'])
  assert.deepEqual(
    plots.map(({ id, x, y, series }) => [
      id,
      x,
      y.join(),
      series.map((one) => one.revision).join(),
    ]),
    [
      [`${live}/metrics/acc.tsv`, 'step', 'acc', 'workspace,HEAD'],
      [`${live}/metrics/train/loss.tsv`, 'step', 'loss', 'workspace,HEAD'],
      [`${live}/images/cm.png`, '', '', 'workspace,HEAD'],
      [`${live}/images/mis/1.png`, '', '', 'workspace,HEAD'],
      [`${live}/sklearn/cm.json`, 'actual', 'predicted', 'workspace,HEAD'],
    ],
  )
  const [acc] = plots
  assert.deepEqual(
    acc?.series.map(({ rows }) => rows?.at(-1)?.acc),
    [1, 0.75],
  )
  made.write({
    'dvc.yaml': `plots:\n- ${live}: {title: all}\n- ${live}/metrics: {title: inner}\n`,
  })
  const titles = plotsShow(made.root).map(({ id, title }) => `${title} ${id.slice(live.length)}`)
  assert.deepEqual(titles, [
    'all /images/cm.png',
    'all /images/mis/1.png',
    'all /sklearn/cm.json',
    'inner /metrics/acc.tsv',
    'inner /metrics/train/loss.tsv',
  ])
  for (const targets of [[`${live}/metrics`], [`${live}/metrics/acc.tsv`]])
    assert.equal(plotsShow(made.root, [], { targets }).length, targets[0]?.endsWith('tsv') ? 1 : 2)
})

test('of a folder that the cache keeps, a revision shows the files that were in it then', async (t) => {
  const made = await project(
    t,
    {
      seed: 's\n',
      'dvc.yaml': `stages:
  draw:
    cmd: mkdir -p pics && cp seed pics/$(cat seed).csv && echo 1 >> pics/$(cat seed).csv
    deps: [seed]
    plots: [pics]
plots:
- data/curves
`,
      'data/curves/a.csv': 'v\n1\n',
      'data/note': 'n\n',
    },
    { git: true },
  )
  await add(loadPipeline(made.root), ['data'])
  await made.repro()
  commit(made)
  made.write({ seed: 't\n', 'data/curves/b.csv': 'v\n2\n' })
  await add(loadPipeline(made.root), ['data'])
  await made.repro()
  const ids = (revisions: readonly string[], workspace: boolean) =>
    plotsShow(made.root, revisions, { workspace }).map(({ id }) => id)
  assert.deepEqual(ids(['HEAD'], false), ['data/curves/a.csv', 'pics/s.csv'])
  assert.deepEqual(ids([], true), ['data/curves/a.csv', 'data/curves/b.csv', 'pics/t.csv'])
})
