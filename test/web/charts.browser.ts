import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '#contract'
import { picture, skipBrowser } from '../support/browser.ts'
import { axeViolations } from './support/axe.ts'
import { board, cardOf, saved, sizeOf, sizeOnPage } from './support/chart-board.ts'
import { inBothLights } from './support/looked-at.ts'

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
    const long = `validation/${'mean_absolute_percentage_error_'.repeat(4)}of_all`
    const charts = [{ id: 'd', kind: 'difference', wide: 3 }]
    const { page, problems, caller } = await board(t, charts, '', ['f1', 'loss', long])
    const card = cardOf(page, 'Difference to one')
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
    const csv = String(await saved(page, 'Difference to one', 'Save as CSV'))
    assert.match(csv, /^metric,run-15,/)

    // A long name leaves the most of a narrow card to the values.
    await page.setViewportSize({ width: 1000, height: 900 })
    const name = card.getByRole('rowheader', { name: long })
    const [wide] = await sizeOnPage(card.getByRole('region', { name: 'Differences to' }))
    const [own] = await sizeOnPage(name)
    assert.ok(own <= 0.5 * wide, `${own} of ${wide} for the name`)
    await inBothLights(page, 'charts-difference-narrow')
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
