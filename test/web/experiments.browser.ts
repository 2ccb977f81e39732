import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { httpCaller, operations, type Caller } from '#contract'
import { openBrowser, picture, skipBrowser } from '../support/browser.ts'
import { runningServer } from '../support/home.ts'
import { seedRuns } from '../support/seed-runs.ts'
import { inBothLights, lookedAt } from './support/looked-at.ts'
import { runScene } from './support/run-scene.ts'

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface Shown {
  readonly page: Page
  readonly caller: Caller
  readonly url: string
  readonly problems: readonly string[]
}

/** A server with two small experiments, and a page on it. */
async function shown(t: TestContext, scheme: 'light' | 'dark' = 'light'): Promise<Shown> {
  const server = await runningServer(t)
  const { metadata } = await server.app.project('default')
  await seedRuns(metadata, {
    ...{ experiment: '71', name: 'rides/boosted', runs: 60, points: 120, family: 6 },
    metrics: ['loss', 'accuracy', 'f1'],
  })
  await seedRuns(metadata, { experiment: '72', name: 'rides/linear', runs: 12, points: 1 })
  const browser = await openBrowser(t)
  const context = await browser.newContext({
    ...{ viewport: { width: 1440, height: 900 }, colorScheme: scheme, bypassCSP: true },
  })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  return { page, caller: httpCaller({ url: server.url }), url: server.url, problems }
}

async function violations(page: Page): Promise<readonly string[]> {
  const axe = await readFile(axeFile, 'utf8')
  return (await page.evaluate(
    `${axe}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'] }).then((found) => found.violations.map((each) => each.id + ': ' + each.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')))`,
  )) as string[]
}

const boosted = '/experiments/rides%2Fboosted'
const line = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`${name}\\b`) })

test(
  'in the browser a person makes an experiment in a folder, renames it, removes it and brings it back',
  { skip: skipBrowser },
  async (t) => {
    const { page, url, problems } = await shown(t)
    await page.goto(`${url}/runs`)
    await page.getByText('rides/', { exact: true }).waitFor()
    await page.keyboard.press('n')
    await page.getByRole('textbox', { name: 'Name' }).fill('churn/weekly')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'churn/weekly' }).waitFor()
    await page.getByText('No runs yet').waitFor()
    await picture(page, 'experiment-empty-light')
    await page.goto(`${url}/runs`)
    await page.getByRole('button', { name: 'What to do with churn/weekly' }).click()
    await page.getByRole('menuitem', { name: 'Rename or move …' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('rides/linear')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('alert').getByText('The experiment rides/linear exists already').waitFor()
    await page.getByRole('textbox', { name: 'Name' }).fill('rides/weekly')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('link', { name: 'weekly' }).waitFor()
    await picture(page, 'experiments-light')
    assert.deepEqual(await violations(page), [])
    await page.getByRole('button', { name: 'What to do with rides/weekly' }).click()
    await page.getByRole('menuitem', { name: 'Remove …' }).click()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByRole('link', { name: 'weekly' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Removed' }).click()
    await page.getByRole('button', { name: 'What to do with rides/weekly' }).click()
    await page.getByRole('menuitem', { name: 'Bring back' }).click()
    await page.getByRole('button', { name: 'Back to experiments' }).click()
    await page.getByRole('link', { name: 'weekly' }).waitFor()
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser a filter is written with completion and by keyboard alone; what cannot be read is underlined where it stops',
  { skip: skipBrowser },
  async (t) => {
    const { page, url, problems } = await shown(t)
    await page.goto(url + boosted)
    await page.getByRole('treegrid').waitFor()
    await page.keyboard.press('f')
    await page.keyboard.type('params.opt')
    await page.getByRole('option', { name: /optimizer/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    await page.keyboard.type('= ')
    await page.getByRole('option', { name: /adam/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Enter')
    await page.getByText('20 runs like that').waitFor()
    assert.equal(new URL(page.url()).searchParams.get('filter'), "params.optimizer = 'adam'")

    await page.getByRole('combobox', { name: 'Filter runs' }).fill('metrics.f1 >> 0.5')
    await page.getByText('cannot be read at character 13').waitFor()
    assert.equal(await page.locator('.query-mirror mark').textContent(), '> 0.5'.slice(0, 1))
    await picture(page, 'experiment-filter-light')
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await page.getByText('60 runs', { exact: true }).waitFor()
    // Plain words find runs by a part of their names.
    await page.getByRole('combobox', { name: 'Filter runs' }).fill('run-5')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Enter')
    await page.getByText('11 runs like that').waitFor()
    assert.equal(new URL(page.url()).searchParams.get('filter'), "run_name ILIKE '%run-5%'")
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await page.getByText('60 runs', { exact: true }).waitFor()
    // What was used before comes back by the up arrow.
    await page.getByRole('combobox', { name: 'Filter runs' }).focus()
    await page.keyboard.press('Escape')
    await page.keyboard.press('ArrowUp')
    await page.getByRole('option', { name: "params.optimizer = 'adam'" }).waitFor()
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser runs are shown by how long ago they were started, beside a filter, and a link shows the same again',
  { skip: skipBrowser },
  async (t) => {
    const { page, url, caller, problems } = await shown(t)
    for (const name of ['new-a', 'new-b'])
      await caller.call(operations.runs.create, { experiment: 'rides/boosted', name })
    await page.goto(url + boosted)
    await page.getByText('62 runs', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Started: Any time' }).click()
    await page.getByRole('menuitem', { name: 'Last hour' }).click()
    await page.getByText('2 runs like that').waitFor()
    assert.equal(new URL(page.url()).searchParams.get('since'), '1h')
    await page
      .getByRole('combobox', { name: 'Filter runs' })
      .fill("run_name = 'new-b' OR run_name = 'run-3'")
    await page.keyboard.press('Escape')
    await page.keyboard.press('Enter')
    await page.getByText('1 run like that').waitFor()
    await page.reload()
    await line(page, 'new-b').waitFor()
    await page.getByText('1 run like that').waitFor()
    await page.getByRole('button', { name: 'Started: Last hour' }).click()
    await page.getByRole('menuitem', { name: 'Any time' }).click()
    await page.getByText('2 runs like that').waitFor()
    assert.equal(new URL(page.url()).searchParams.get('since'), null)
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser runs are sorted, unfolded, grouped, selected by keyboard, tagged, removed and compared, and a link shows the same again',
  { skip: skipBrowser },
  async (t) => {
    const { page, url, caller, problems } = await shown(t)
    await page.goto(url + boosted)
    const grid = page.getByRole('treegrid')
    await grid.waitFor()
    // Ten families of six: the children are folded.
    await line(page, 'run-54').getByRole('button', { name: 'Open run-54' }).click()
    await line(page, 'run-59').waitFor()
    await picture(page, 'experiment-table-light')
    assert.deepEqual(await violations(page), [])

    await page
      .getByRole('columnheader', { name: /f1/ })
      .getByRole('button', { name: /f1/ })
      .first()
      .click()
    await page.waitForURL(/order=/)
    const { rows } = await caller.call(operations.table.order, {
      ...{ experiments: '71', order: 'metrics.f1 desc', nested: true },
    })
    assert.ok(rows.length === 60)

    await page.getByRole('button', { name: 'Group' }).click()
    await page.getByRole('menuitem', { name: /optimizer/ }).click()
    await page.getByText('3 groups of 60 runs').waitFor()
    await page.getByRole('button', { name: 'Open adam' }).click()
    await line(page, 'run-57').waitFor()
    await picture(page, 'experiment-group-light')
    const link = page.url()
    await page.goto('about:blank')
    await page.goto(link)
    await page.getByText('3 groups of 60 runs').waitFor()
    await page.getByRole('button', { name: 'Do not group by optimizer' }).click()
    await page.getByText('60 runs', { exact: true }).waitFor()

    // By keyboard: down, select, down, select, then a tag for both.
    await grid.focus()
    for (const key of ['ArrowDown', 'Space', 'ArrowDown', 'Space']) await page.keyboard.press(key)
    await page.getByText('2 selected').waitFor()
    await page.getByRole('button', { name: 'Tag …' }).click()
    await page.getByRole('textbox', { name: 'Tag', exact: true }).fill('stage')
    await page.getByLabel('Value').fill('kept')
    await page.getByRole('button', { name: 'Set the tag' }).click()
    await page.getByText('2 runs tagged').waitFor()
    const tagged = await caller.call(operations.table.order, {
      ...{ experiments: '71', filter: "tags.stage = 'kept'" },
    })
    assert.equal(tagged.total, 2)

    await grid.focus()
    for (const key of ['Home', 'Space', 'ArrowDown', 'Space']) await page.keyboard.press(key)
    await page.getByRole('button', { name: 'Remove …' }).click()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByText('58 runs', { exact: true }).waitFor()

    await grid.focus()
    for (const key of ['Home', 'Space', 'ArrowDown', 'Space', 'ArrowDown', 'Space'])
      await page.keyboard.press(key)
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByRole('heading', { name: 'Compare 3 runs' }).waitFor()
    await page.getByText('highest').first().waitFor()
    await page.getByText('lowest').first().waitFor()
    await picture(page, 'compare-light')
    assert.deepEqual(await violations(page), [])
    await page.getByRole('tab', { name: 'Charts' }).click()
    await page.locator('.chart-card canvas, .chart-card svg.plot').first().waitFor()
    await page.waitForTimeout(600)
    await picture(page, 'compare-charts-light')
    assert.deepEqual(problems, [])
  },
)

test(
  'a run that starts elsewhere shows in the table without being asked, and what is in sight stays where it is',
  { skip: skipBrowser },
  async (t) => {
    const { page, url, caller } = await shown(t)
    await page.goto(`${url}${boosted}?flat=1`)
    const grid = page.getByRole('treegrid')
    await line(page, 'run-59').waitFor()
    await grid.evaluate((box) => {
      box.scrollTop = 20 * 34
    })
    await line(page, 'run-39').waitFor()
    const before = await line(page, 'run-39').boundingBox()
    await caller.call(operations.runs.create, { experiment: 'rides/boosted', name: 'newcomer' })
    await page.getByText('61 runs', { exact: true }).waitFor()
    await page.waitForTimeout(200)
    const after = await line(page, 'run-39').boundingBox()
    assert.ok(before && after && Math.abs(before.y - after.y) < 2, `${before?.y} and ${after?.y}`)
    await grid.evaluate((box) => {
      box.scrollTop = 0
    })
    await line(page, 'newcomer').waitFor()
  },
)

test(
  'in the browser runs of MLflow’s clients tell their data, program, commit and models: in the table, in its CSV and in a comparison',
  { skip: skipBrowser },
  async (t) => {
    const server = await runningServer(t)
    const { run, child, model, caller } = await runScene(server.url)
    for (const [path, body] of [
      ['registered-models/create', { name: 'cells' }],
      ['model-versions/create', { name: 'cells', source: `models:/${model}`, run_id: run }],
    ] as const) {
      const response = await fetch(`${server.url}/api/2.0/mlflow/${path}`, {
        ...{ method: 'POST', body: JSON.stringify(body) },
        headers: { 'content-type': 'application/json' },
      })
      assert.equal(response.status, 200)
    }
    const { page, problems } = await lookedAt(t)
    await page.goto(
      `${server.url}/experiments/segmentation?cols=status,dataset,source,models,code,started`,
    )
    const own = line(page, 'careful-heron')
    await own.getByText('scenes a1b2c3d4').waitFor()
    await own.getByText('train.py').waitFor()
    await own.getByText('9f3c1aab20', { exact: true }).waitFor()
    await own.getByRole('link', { name: 'cells v1', includeHidden: true }).waitFor()
    const href = await own.getByRole('link', { name: 'unet' }).getAttribute('href')
    assert.equal(href, `/logged-models/${model}`)
    await inBothLights(page, 'experiment-origins')
    const { run: whole } = await caller.call(operations.runs.get, { run })
    const csv = await fetch(`${server.url}/api/run-table/csv?experiments=${whole.experimentId}`)
    const [head, ...lines] = (await csv.text()).trim().split('\n')
    assert.equal(head, 'run_id,name,status,started,ended,user,dataset,code,source,models')
    const told = lines.find((each) => each.startsWith(run)) ?? ''
    assert.match(told, /,scenes a1b2c3d4,9f3c1aab20de,train\.py,unet$/)
    await page.goto(`${server.url}/compare?runs=${run},${child}`)
    for (const text of ['scenes a1b2c3d4', 'train.py', 'unet', '9f3c1aab20de'])
      await page.getByRole('cell', { name: text, exact: true }).first().waitFor()
    await inBothLights(page, 'compare-origins')
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser an experiment is described and tagged on its page, as MLflow’s clients read it',
  { skip: skipBrowser },
  async (t) => {
    const { page, url, caller, problems } = await shown(t)
    await page.goto(url + boosted)
    await page.locator('label', { hasText: 'About' }).click()
    await page.getByRole('button', { name: 'Write one' }).click()
    await page
      .getByLabel('Description in Markdown')
      .fill('# Boosted trees\n\nOn **rides** of the winter <script>1</script>.')
    await page.getByRole('button', { name: 'Keep' }).click()
    await page.locator('.prose strong', { hasText: 'rides' }).waitFor()
    await page.getByText('mlflow-artifacts:/71').waitFor()
    await page.getByRole('button', { name: 'Add' }).click()
    await page.getByLabel(/^Name/).fill('team')
    await page.getByLabel('Value').fill('north')
    await page.getByRole('button', { name: 'Keep' }).click()
    await page.getByText('north').waitFor()
    await page.waitForTimeout(300)
    await inBothLights(page, 'experiment-about')
    const tags = async () => {
      const { experiments } = await caller.call(operations.runs.experiments, {})
      return experiments.find(({ id }) => id === '71')?.tags
    }
    assert.deepEqual(await tags(), {
      'mlflow.note.content': '# Boosted trees\n\nOn **rides** of the winter <script>1</script>.',
      team: 'north',
    })
    await page.getByRole('button', { name: 'Take off team' }).click()
    await page.getByText('north').waitFor({ state: 'detached' })
    assert.equal((await tags())?.team, undefined)
    await page.locator('label', { hasText: 'Table' }).click()
    await page.getByText('Boosted trees', { exact: true }).waitFor()
    await page.getByRole('treegrid').waitFor()
    // An experiment whose files are elsewhere says where.
    await fetch(`${url}/api/2.0/mlflow/experiments/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'far', artifact_location: 's3://bucket/far' }),
    })
    await page.goto(`${url}/experiments/far?mode=about`)
    await page.getByText('s3://bucket/far').waitFor()
    assert.deepEqual(problems, [])
  },
)

for (const scheme of ['light', 'dark'] as const) {
  test(
    `charts draw lines, smooth them and say so, are added, arranged by keyboard and taken away as SVG and CSV (${scheme})`,
    { skip: skipBrowser },
    async (t) => {
      const { page, url, problems } = await shown(t, scheme)
      await page.goto(`${url}${boosted}?mode=charts`)
      const card = (name: string) => page.getByRole('article', { name, exact: true })
      await card('loss').locator('canvas').waitFor()
      await page.waitForTimeout(700)
      await picture(page, `experiment-charts-${scheme}`)
      await page.goto(`${url}${boosted}?mode=charts&smooth=0.8`)
      await card('loss')
        .getByText(/Smoothed: moving average, weight 0.8/)
        .waitFor()
      await page.getByRole('button', { name: 'Add chart' }).click()
      await page.getByLabel('Kind').selectOption('contour')
      await page.getByRole('button', { name: 'Add', exact: true }).click()
      const contour = page.getByRole('article', { name: /over/ })
      await contour.locator('circle').first().waitFor()
      await page.getByRole('button', { name: 'Add chart' }).click()
      await page.getByLabel('Kind').selectOption('box')
      await page.getByRole('combobox', { name: 'By' }).fill('params.optimizer')
      await page.getByRole('option', { name: 'params.optimizer' }).click()
      await page.getByRole('button', { name: 'Add', exact: true }).click()
      await card('accuracy by optimizer').locator('.plot-box').first().waitFor()
      assert.equal(await card('accuracy by optimizer').locator('.plot-box').count(), 3)
      await page.waitForTimeout(500)
      await picture(page, `experiment-charts-added-${scheme}`)

      const first = () => page.getByRole('article').first().getAttribute('aria-label')
      assert.equal(await first(), 'accuracy by optimizer')
      await page.getByRole('button', { name: /^Move accuracy by optimizer/ }).focus()
      await page.keyboard.press('ArrowRight')
      await page.waitForFunction(
        `document.querySelector('article').getAttribute('aria-label') !== 'accuracy by optimizer'`,
      )
      for (const [item, part] of [
        ['Save as SVG', '<polyline'],
        ['Save as CSV', 'run,name,step,time,loss'],
      ] as const) {
        await page.getByRole('button', { name: 'What to do with loss' }).click()
        const [saved] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('menuitem', { name: item }).click(),
        ])
        assert.ok((await readFile(await saved.path(), 'utf8')).includes(part), item)
        await page.getByRole('menu').waitFor({ state: 'detached' })
      }
      assert.deepEqual(await violations(page), [])
      assert.deepEqual(problems, [])
    },
  )
}
