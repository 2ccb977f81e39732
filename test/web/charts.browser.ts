import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test, type TestContext } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { httpCaller, operations } from '#contract'
import { picture, skipBrowser } from '../support/browser.ts'
import { runningServer } from '../support/home.ts'
import { seedRuns } from '../support/seed-runs.ts'
import { axeViolations } from './support/axe.ts'
import { inBothLights, lookedAt } from './support/looked-at.ts'
import { pngBytes } from './support/media.ts'

/** Twenty runs, of which the newest two have pictures, and a page on their charts. */
async function board(t: TestContext, charts: readonly object[]) {
  const server = await runningServer(t)
  const { metadata } = await server.app.project('default')
  await seedRuns(metadata, {
    ...{ experiment: '71', name: 'rides', runs: 20, points: 30 },
    metrics: ['loss', 'accuracy', 'f1'],
  })
  const caller = httpCaller({ url: server.url })
  for (const [run, shade] of [
    ['71-0000019', 0],
    ['71-0000018', 20],
  ] as const) {
    for (const [step, path] of [0, 10].map((step) => [
      step,
      `images/mask+step+${step}+timestamp+1700000000${step}+id${step}.png`,
    ]))
      await caller.call(
        operations.runs.putArtifact,
        { run, path: String(path) },
        Buffer.from(pngBytes(160, 120, shade + Number(step))),
      )
  }
  const { page, problems } = await lookedAt(t)
  const shown = encodeURIComponent(JSON.stringify(charts))
  await page.goto(`${server.url}/experiments/rides?mode=charts&charts=${shown}`)
  return { page, problems, caller, url: server.url }
}

const cardOf = (page: Page, name: string) => page.getByRole('article', { name, exact: true })

/** What a menu of a chart gives to be kept. */
async function saved(page: Page, chart: string, item: string): Promise<Buffer> {
  await page.getByRole('button', { name: `What to do with ${chart}` }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: item }).click(),
  ])
  await page.getByRole('menu').waitFor({ state: 'detached' })
  return readFile(await download.path())
}

/** Width and height that a PNG says it has. References: PNG specification, third edition, 11.2.1. */
function sizeOf(png: Buffer): readonly [number, number] {
  assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return [png.readUInt32BE(16), png.readUInt32BE(20)]
}

async function sizeOnPage(drawing: Locator): Promise<readonly [number, number]> {
  const box = await drawing.boundingBox()
  return [Math.round(box?.width ?? 0), Math.round(box?.height ?? 0)]
}

test(
  'in the browser bars stand in the order of their values, tell them, and are saved as PNG of twice the size, SVG and CSV',
  { skip: skipBrowser },
  async (t) => {
    const { page, problems } = await board(t, [
      { id: 'b', kind: 'bar', y: 'metrics.loss', wide: 2 },
    ])
    const card = cardOf(page, 'loss, latest')
    const drawing = card.getByRole('img')
    await drawing.waitFor()
    const told = (await drawing.getAttribute('aria-label')) ?? ''
    const values = [...told.matchAll(/run-\d+ ([\d.]+)/g)].map((found) => Number(found[1]))
    assert.equal(values.length, await card.locator('rect').count())
    assert.ok(values.length > 1)
    assert.deepEqual(
      values,
      values.toSorted((a, b) => b - a),
    )
    // No name and no value runs out of the drawing.
    const [width] = await sizeOnPage(drawing)
    const box = await drawing.boundingBox()
    for (const text of await card.locator('svg text').all()) {
      const own = await text.boundingBox()
      assert.ok(own && box && own.x >= box.x - 1 && own.x + own.width <= box.x + width + 1)
    }
    await inBothLights(page, 'charts-bars')
    const png = await saved(page, 'loss, latest', 'Save as PNG')
    const [wide, high] = await sizeOnPage(drawing)
    assert.deepEqual(sizeOf(png), [2 * wide, 2 * high])
    assert.ok(png.length > 3000, 'something is drawn')
    const svg = String(await saved(page, 'loss, latest', 'Save as SVG'))
    assert.ok(svg.includes('<rect') && !svg.includes('var(--'))
    const csv = String(await saved(page, 'loss, latest', 'Save as CSV'))
    assert.equal(csv.split('\n')[0], 'run,name,metrics.loss')
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser a point of a scatter tells its run and both values, and a click opens the run; its axis may be logarithmic',
  { skip: skipBrowser },
  async (t) => {
    const { page, problems } = await board(t, [
      { id: 's', kind: 'scatter', x: 'params.lr', y: 'metrics.f1', wide: 2, logX: true },
    ])
    const card = cardOf(page, 'f1 by lr')
    const points = card.locator('circle')
    await points.first().waitFor()
    assert.equal(await points.count(), 20)
    await points.nth(4).hover()
    const tip = card.locator('.plot-tip')
    await tip.getByText('lr').waitFor()
    await tip.getByText('f1').waitFor()
    const name = (await tip.locator('strong').textContent()) ?? ''
    await inBothLights(page, 'charts-scatter')
    const png = await saved(page, 'f1 by lr', 'Save as PNG')
    assert.ok(sizeOf(png)[0] > 800 && png.length > 3000)
    const csv = String(await saved(page, 'f1 by lr', 'Save as CSV'))
      .trim()
      .split('\n')
    assert.equal(csv.length, 21)
    await points.nth(4).click()
    await page.getByRole('heading', { name, exact: true }).waitFor()
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser the difference to one run is a table of all its metrics, and the run it goes from can be changed',
  { skip: skipBrowser },
  async (t) => {
    const { page, problems, caller } = await board(t, [{ id: 'd', kind: 'difference', wide: 3 }])
    const card = cardOf(page, 'Difference to one run')
    await card.getByRole('rowheader', { name: 'f1' }).waitFor()
    assert.equal(await card.getByRole('rowheader').count(), 3)
    await inBothLights(page, 'charts-difference')
    await page.getByRole('button', { name: 'What to do with Difference' }).click()
    await page.getByRole('menuitem', { name: 'Edit …' }).click()
    await page.getByLabel('Difference to', { exact: true }).selectOption({ label: 'run-15' })
    await inBothLights(page, 'charts-difference-edit')
    await page.getByRole('button', { name: 'Done' }).click()
    await card.getByRole('region', { name: 'Differences to run-15' }).waitFor()
    const { run: base } = await caller.call(operations.runs.get, { run: '71-0000015' })
    const { run: other } = await caller.call(operations.runs.get, { run: '71-0000019' })
    const by = (other.metrics.f1 ?? 0) - (base.metrics.f1 ?? 0)
    const row = card.getByRole('row', { name: /^f1/ })
    const sign = by > 0 ? '\\+' : '−'
    await row
      .getByText(new RegExp(`${sign}${Number(Math.abs(by).toPrecision(3))}`))
      .first()
      .waitFor()
    const csv = String(await saved(page, 'Difference', 'Save as CSV'))
    assert.match(csv, /^metric,run-15,/)
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser pictures of runs stand side by side by step, and runs without one say so',
  { skip: skipBrowser },
  async (t) => {
    const { page, problems } = await board(t, [{ id: 'i', kind: 'images', wide: 3, high: 2 }])
    const card = cardOf(page, 'Images')
    await card.locator('img').first().waitFor()
    assert.equal(await card.locator('img').count(), 2)
    await page.waitForFunction(
      `[...document.querySelectorAll('article img')].every((each) => each.naturalWidth === 160)`,
    )
    const first = await card.locator('img').first().getAttribute('src')
    assert.match(first ?? '', /step(?:%2B|\+)10/)
    await inBothLights(page, 'charts-images')
    await card.getByRole('slider').focus()
    await page.keyboard.press('Home')
    await page.waitForFunction(
      `/step(%2B|\\+)0/.test(document.querySelector('article img').getAttribute('src'))`,
    )
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser an axis of parallel coordinates is brushed: the runs within it are selected, and all are let go by a click',
  { skip: skipBrowser },
  async (t) => {
    const { page, problems } = await board(t, [
      {
        ...{ id: 'p', kind: 'parallel', wide: 3, high: 2 },
        axes: ['params.lr', 'params.layers', 'params.optimizer', 'metrics.f1'],
      },
    ])
    const card = cardOf(page, 'Parallel coordinates')
    const canvas = card.locator('canvas').first()
    await canvas.waitFor()
    await page.waitForTimeout(600)
    await inBothLights(page, 'charts-parallel')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.waitForTimeout(600)
      const box = await card.locator('.parallel').boundingBox()
      assert.ok(box)
      // The first axis stands 56 px from the left; its upper half is brushed.
      const [x, top, bottom] = [box.x + 56, box.y + 44, box.y + box.height - 24]
      await page.mouse.move(x, (top + bottom) / 2 + 8)
      await page.mouse.down()
      await page.mouse.move(x, top + 40, { steps: 4 })
      await page.mouse.move(x, top - 10, { steps: 4 })
      await page.mouse.up()
      // Of the learning rates 10^-(1 + i/10), i from 0 to 19, those from the middle of the axis, 0.05, on: 0.1, 0.079, 0.063, 0.05.
      await page.getByText('4 selected', { exact: true }).waitFor()
      await page.waitForTimeout(300)
      await picture(page, `charts-parallel-brushed-${colorScheme}`)
      assert.deepEqual(await axeViolations(page), [])
      const png = await saved(page, 'Parallel coordinates', 'Save as PNG')
      assert.ok(sizeOf(png)[0] >= Math.round(box.width))
      await page.mouse.click(x, bottom - 10)
      await page.getByText(/^\d+ selected$/).waitFor({ state: 'detached' })
    }
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser a line has an axis of its own, another metric too, a smoothing and a range of its own, which editing it again keeps',
  { skip: skipBrowser },
  async (t) => {
    const { page, problems } = await board(t, [
      { id: 'l', kind: 'line', y: 'metrics.loss', wide: 2 },
    ])
    const edit = async (name: string) => {
      await page.getByRole('button', { name: `What to do with ${name}` }).click()
      await page.getByRole('menuitem', { name: 'Edit …' }).click()
    }
    await cardOf(page, 'loss').locator('canvas').first().waitFor()
    await edit('loss')
    await page.getByRole('combobox', { name: 'Across' }).fill('metrics.acc')
    await page.getByRole('option', { name: 'metrics.accuracy' }).click()
    await page.getByLabel('Smoothing', { exact: true }).last().fill('0.6')
    await page.getByLabel('Up from').fill('0')
    await page.getByLabel('Up to').fill('2')
    await inBothLights(page, 'charts-line-edit')
    await page.getByRole('button', { name: 'Done' }).click()
    const card = cardOf(page, 'loss over accuracy')
    await card.getByText(/moving average, weight 0\.6/).waitFor()
    await inBothLights(page, 'charts-line-over-metric')
    const csv = String(await saved(page, 'loss over accuracy', 'Save as CSV'))
    assert.match(csv, /^run,name,step,time,accuracy,loss,loss smoothed\n/)
    const svg = String(await saved(page, 'loss over accuracy', 'Save as SVG'))
    for (const tick of ['0', '2', 'accuracy']) assert.ok(svg.includes(`>${tick}</text>`), tick)
    await edit('loss over accuracy')
    await page.getByRole('button', { name: 'Done' }).click()
    const kept = JSON.parse(new URL(page.url()).searchParams.get('charts') ?? '[]') as unknown[]
    assert.deepEqual(kept, [
      {
        ...{ id: 'l', kind: 'line', wide: 2, smooth: 0.6, yFrom: 0, yTo: 2 },
        ...{ x: 'metrics.accuracy', y: 'metrics.loss' },
      },
    ])
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser grouped runs are drawn as the mean of each group with its range, in the colours of the table, or one by one',
  { skip: skipBrowser },
  async (t) => {
    const { page, problems, url } = await board(t, [])
    await page.goto(`${url}/experiments/rides?mode=charts&group=params.optimizer`)
    const card = cardOf(page, 'loss')
    const drawing = card.getByRole('img', { name: /^loss of 3:/ })
    await drawing.waitFor()
    assert.match((await drawing.getAttribute('aria-label')) ?? '', /sgd ends at .*adam ends at/)
    await card.getByText(/^Mean of each group, least to greatest behind it/).waitFor()
    assert.equal(await page.locator('.run-group-color').count(), 3)
    await inBothLights(page, 'charts-groups')
    const csv = String(await saved(page, 'loss', 'Save as CSV'))
      .trim()
      .split('\n')
    assert.equal(csv[0], 'group,runs,step,loss mean,loss least,loss greatest')
    assert.equal(csv.length, 1 + 3 * 30)
    assert.match(csv[1] ?? '', /^(?:sgd|adam),7,0,/)
    const svg = String(await saved(page, 'loss', 'Save as SVG'))
    assert.equal(svg.split('<polygon').length, 4)
    const box = await drawing.boundingBox()
    assert.ok(box)
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await card.locator('.plot-tip').getByText('adam').waitFor()
    await page.waitForTimeout(300)
    await picture(page, 'charts-groups-tip')
    await page.locator('label', { hasText: 'Groups as means' }).click()
    await card.getByRole('img', { name: /^loss of 10: run-/ }).waitFor()
    assert.match(page.url(), /single=1/)
    assert.deepEqual(problems, [])
  },
)
