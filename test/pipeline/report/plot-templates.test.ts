import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plotsJson, plotsShow, plotTemplate, templateNames, vegaOf } from '#pipeline'
import { project } from '../support/project.ts'

const style = (template: string) =>
  new Map([
    ['x', 'a'],
    ['y', 'b'],
    ['template', template],
  ])

test('the templates that DVC has are there by its names', async (t) => {
  const made = await project(t)
  // dvc plots templates of 3.67.1
  assert.deepEqual(templateNames(made.root).toSorted(), [
    'bar_horizontal',
    'bar_horizontal_sorted',
    'confusion',
    'confusion_normalized',
    'linear',
    'scatter',
    'scatter_jitter',
    'simple',
    'smooth',
  ])
  for (const name of templateNames(made.root))
    assert.match(JSON.stringify(plotTemplate(made.root, name)), /<DVC_METRIC_DATA>/)
  assert.throws(() => plotTemplate(made.root, 'none'), /bar_horizontal.*none/)
})

test('a template of the repository is filled in as DVC fills it in', async (t) => {
  const own =
    '{"data": {"values": "<DVC_METRIC_DATA>"}, "mark": "bar", "title": "<DVC_METRIC_TITLE>: <DVC_METRIC_X_LABEL>", "x": "<DVC_METRIC_X>", "y": ["<DVC_METRIC_Y>", 1]}'
  const made = await project(t, { '.dvc/plots/own.json': own, 'p.csv': 'a,b\n1,2\n' })
  const [plot] = plotsShow(made.root, [], { targets: ['p.csv'], style: style('own') })
  assert.ok(plot)
  assert.deepEqual(vegaOf(made.root, plot), {
    data: { values: [{ a: 1, b: 2, rev: 'workspace' }] },
    mark: 'bar',
    title: 'p.csv: a',
    x: 'a',
    y: ['b', 1],
  })
})

test('a plot says in dvc.yaml which template it takes, and a confusion counts its cells', async (t) => {
  const made = await project(t, {
    'dvc.yaml': 'plots:\n- c.csv: {x: actual, y: predicted, template: confusion}\n',
    'c.csv': 'actual,predicted\ncat,dog\ncat,cat\n',
  })
  const shown = JSON.stringify(plotsJson(made.root, plotsShow(made.root)))
  assert.match(shown, /"groupby":\["actual","predicted","rev"\]/)
  assert.match(shown, /\{"actual":"cat","predicted":"dog","rev":"workspace"\}/)
  assert.doesNotMatch(shown, /<DVC/)
})
