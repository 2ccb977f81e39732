import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Locator } from 'playwright-core'
import { picture, skipBrowser } from '../support/browser.ts'
import { axeViolations } from './support/axe.ts'
import { board, cardOf, saved, sizeOf } from './support/chart-board.ts'
import { inBothLights } from './support/looked-at.ts'

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

const byOptimizer = '&group=params.optimizer'

test(
  'in the browser charts are in sight below a short list of runs where the page is narrow',
  { skip: skipBrowser },
  async (t) => {
    const { page, problems } = await board(t, [{ id: 'b', kind: 'bar', y: 'metrics.loss' }])
    await page.setViewportSize({ width: 800, height: 900 })
    const drawing = cardOf(page, 'loss, latest').getByRole('img')
    await drawing.waitFor()
    const box = await drawing.boundingBox()
    assert.ok(box && box.y + 100 < 900, `the drawing begins at ${box?.y}`)
    await inBothLights(page, 'charts-narrow')
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser arrow keys go through the bars and the points of charts with what each is, and Enter opens a run',
  { skip: skipBrowser },
  async (t) => {
    const charts = [
      { id: 'b', kind: 'bar', y: 'metrics.loss' },
      { id: 's', kind: 'scatter', x: 'params.layers', y: 'metrics.f1' },
    ]
    const { page, problems, url } = await board(t, charts, byOptimizer)
    const bars = page.getByRole('group', { name: 'Bars of loss, by arrow keys' })
    await bars.focus()
    await page.keyboard.press('ArrowDown')
    await bars.getByRole('status').getByText('adam').waitFor()
    await bars.getByText('loss mean').waitFor()
    await page.keyboard.press('End')
    await bars.getByRole('status').getByText('lion').waitFor()
    const points = page.getByRole('group', { name: 'Points of f1 by layers, by arrow keys' })
    await points.focus()
    assert.equal(await bars.locator('.plot-tip').count(), 0)
    await page.keyboard.press('End')
    await points.getByText(/mean of \d runs/).waitFor()
    await inBothLights(page, 'charts-by-keys')
    await page.keyboard.press('Escape')
    assert.equal(await points.locator('.plot-tip').count(), 0)
    await page.keyboard.press('ArrowRight')
    const name = (await points.locator('.plot-tip strong').textContent()) ?? ''
    assert.match(name, /^run-\d+$/)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name, exact: true }).waitFor()
    assert.ok(page.url().startsWith(`${url}/runs/`))
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser a bar of grouped runs is the mean of a group with whiskers to its least and greatest, and says of how many runs',
  { skip: skipBrowser },
  async (t) => {
    const { page, problems } = await board(
      t,
      [{ id: 'b', kind: 'bar', y: 'metrics.loss', wide: 2 }],
      byOptimizer,
    )
    const card = cardOf(page, 'loss, latest')
    const drawing = card.getByRole('img', { name: /^loss: / })
    await drawing.waitFor()
    const told = (await drawing.getAttribute('aria-label')) ?? ''
    const csv = lines(await saved(page, 'loss, latest', 'Save as CSV'))
    assert.equal(csv[0], 'group,runs,loss mean,loss least,loss greatest')
    assert.equal(csv.length, 4)
    for (const line of csv.slice(1)) {
      const [name = '', runs, ...values] = line.split(',')
      const [mean = NaN, least = NaN, greatest = NaN] = values.map(Number)
      assert.ok(least < mean && mean < greatest, line)
      assert.match(
        told,
        new RegExp(`${name} mean [\\d.]+ of ${runs} runs, from [\\d.]+ to [\\d.]+`),
      )
      await card
        .getByText(new RegExp(`^[\\d.]+ · ${runs} runs$`))
        .first()
        .waitFor()
    }
    assert.equal(await card.locator('.plot-whisker').count(), 3)
    await page.getByText('3 groups in charts', { exact: true }).waitFor()
    await inBothLights(page, 'grouped-bars')
    const svg = String(await saved(page, 'loss, latest', 'Save as SVG'))
    for (const name of ['adam', 'sgd', 'lion']) assert.ok(svg.includes(`>${name}</text>`), name)
    assert.ok(!svg.includes('var(--'))
    await page.locator('label', { hasText: 'Groups as means' }).click()
    await card.getByRole('img', { name: /run-19 / }).waitFor()
    assert.equal(await card.locator('.plot-whisker').count(), 0)
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser a scatter of grouped runs has a colour for each group and a diamond at its mean, which a pointer and the CSV tell',
  { skip: skipBrowser },
  async (t) => {
    const { page, problems } = await board(
      t,
      [
        { id: 's', kind: 'scatter', x: 'params.layers', y: 'metrics.f1', wide: 2 },
        { id: 'c', kind: 'contour', x: 'params.layers', y: 'params.lr', z: 'metrics.f1' },
      ],
      byOptimizer,
    )
    const card = cardOf(page, 'f1 by layers')
    await card.locator('.plot-mean').first().waitFor()
    assert.equal(await card.locator('circle').count(), 20)
    assert.equal(await card.locator('circle.faint').count(), 0)
    const fills = await stylesOf(card.locator('circle'))
    assert.equal(fills.size, 3)
    const csv = lines(await saved(page, 'f1 by layers', 'Save as CSV'))
    assert.equal(csv[0], 'group,run,name,params.layers,metrics.f1')
    assert.equal(csv.length, 1 + 20 + 3)
    const own = csv
      .filter((line) => line.startsWith('lion,71-'))
      .map((line) => Number(line.split(',')[4]))
    const mean = csv.find((line) => line.startsWith('lion,,mean of 6,'))
    const expected = own.reduce((sum, each) => sum + each / own.length, 0)
    assert.ok(Math.abs(Number(mean?.split(',')[4]) - expected) < 1e-9)
    await inBothLights(page, 'grouped-scatter')
    await card.locator('.plot-mean', { hasText: 'lion' }).locator('path').hover()
    await card.locator('.plot-tip').getByText('mean of 6 runs').waitFor()
    await picture(page, 'grouped-scatter-tip')
    const svg = String(await saved(page, 'f1 by layers', 'Save as SVG'))
    assert.ok(svg.includes('>lion</text>') && !svg.includes('var(--'))
    assert.ok(sizeOf(await saved(page, 'f1 by layers', 'Save as PNG'))[0] > 800)
    assert.equal(await cardOf(page, 'f1 over layers and lr').locator('.plot-mean').count(), 3)
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser grouped runs have a box for each group, in its colour; a box chart by something of its own keeps to that',
  { skip: skipBrowser },
  async (t) => {
    const { page, problems } = await board(
      t,
      [
        { id: 'g', kind: 'box', y: 'metrics.f1' },
        { id: 'o', kind: 'box', y: 'metrics.f1', x: 'tags.team' },
      ],
      byOptimizer,
    )
    const card = cardOf(page, 'f1')
    await card
      .getByRole('img', { name: /adam median.*sgd median|sgd median.*adam median/ })
      .waitFor()
    assert.equal(await card.locator('.plot-box').count(), 3)
    const colors = await stylesOf(card.locator('.plot-box'))
    assert.equal(colors.size, 3)
    await inBothLights(page, 'grouped-boxes')
    const csv = lines(await saved(page, 'f1', 'Save as CSV'))
    assert.equal(csv[0], 'group,count,low,q1,median,q3,high')
    assert.deepEqual(
      csv
        .slice(1)
        .map((line) => line.split(',').slice(0, 2).join(' '))
        .toSorted(),
      ['adam 7', 'lion 6', 'sgd 7'],
    )
    const other = cardOf(page, 'f1 by team')
    await other.getByRole('img', { name: /north median/ }).waitFor()
    assert.equal(await other.locator('.plot-box').count(), 2)
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser parallel coordinates of grouped runs have the colours of the groups and a legend, and are brushed over all groups',
  { skip: skipBrowser },
  async (t) => {
    const { page, problems } = await board(
      t,
      [
        {
          ...{ id: 'p', kind: 'parallel', wide: 3, high: 2 },
          axes: ['params.lr', 'params.layers', 'metrics.f1'],
        },
      ],
      byOptimizer,
    )
    const card = cardOf(page, 'Parallel coordinates')
    await card.getByRole('img', { name: /; adam 7; |; sgd 7; / }).waitFor()
    await page.waitForTimeout(600)
    await inBothLights(page, 'grouped-parallel')
    const csv = lines(await saved(page, 'Parallel coordinates', 'Save as CSV'))
    assert.equal(csv[0], 'group,run,name,params.lr,params.layers,metrics.f1')
    assert.equal(csv.filter((line) => line.startsWith('adam,')).length, 7)
    const box = await card.locator('.parallel').boundingBox()
    assert.ok(box)
    // The first axis stands 56 px from the left, above the legend; its upper half is brushed.
    const [x, top, bottom] = [box.x + 56, box.y + 44, box.y + box.height - 54]
    await page.mouse.move(x, (top + bottom) / 2 + 8)
    await page.mouse.down()
    await page.mouse.move(x, top + 40, { steps: 4 })
    await page.mouse.move(x, top - 10, { steps: 4 })
    await page.mouse.up()
    await page.getByText('4 selected', { exact: true }).waitFor()
    await picture(page, 'grouped-parallel-brushed')
    assert.deepEqual(await axeViolations(page), [])
    await page.mouse.click(x, bottom - 10)
    await page.getByText(/^\d+ selected$/).waitFor({ state: 'detached' })
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser the difference of grouped runs is that of the means of groups, to the group that is chosen',
  { skip: skipBrowser },
  async (t) => {
    const { page, problems } = await board(
      t,
      [{ id: 'd', kind: 'difference', wide: 3 }],
      byOptimizer,
    )
    const card = cardOf(page, 'Difference to one')
    await card.getByRole('region', { name: /^Differences to (?:adam|sgd)$/ }).waitFor()
    await page.getByRole('button', { name: 'What to do with Difference' }).click()
    await page.getByRole('menuitem', { name: 'Edit …' }).click()
    await page.getByLabel('Difference to', { exact: true }).selectOption({ label: 'lion' })
    await page.getByRole('button', { name: 'Done' }).click()
    await card.getByRole('region', { name: 'Differences to lion' }).waitFor()
    await inBothLights(page, 'grouped-difference')
    const csv = lines(await saved(page, 'Difference to one', 'Save as CSV'))
    assert.match(csv[0] ?? '', /^metric,lion mean,(?:adam mean,sgd mean|sgd mean,adam mean)$/)
    assert.deepEqual(problems, [])
  },
)

const lines = (file: Buffer): readonly string[] => String(file).trim().split('\n')

async function stylesOf(elements: Locator): Promise<ReadonlySet<string | null>> {
  const all = await elements.all()
  return new Set(await Promise.all(all.map((each) => each.getAttribute('style'))))
}
