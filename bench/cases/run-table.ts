import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { startServer } from '#app'
import { httpCaller, operations } from '#contract'
import { seedRuns } from '../../test/support/seed-runs.ts'
import type { BenchCase, Figure } from '../figure.ts'
import { withFolder } from '../support/folder.ts'
import { median } from '../support/median.ts'

const runs = 100_000
const frames = 240

/** Pixels a frame: a wheel turned fast, and a table thrown by hand. */
const speeds = [
  {
    title: 'Frames a second while 100,000 runs are scrolled by the wheel (120 pixels a frame)',
    by: 120,
    least: 50,
  },
  { title: 'Frames a second while 100,000 runs are thrown (1,200 pixels a frame)', by: 1200 },
] satisfies readonly { readonly title: string; readonly by: number; readonly least?: number }[]

export const runTable: BenchCase = {
  name: 'run-table',
  method: `An experiment of ${runs.toLocaleString('en')} runs in SQLite, its page in headless Chromium without a graphics card at 1440 × 900; frames are counted by requestAnimationFrame while the table is scrolled for ${frames} of them. Reads are whole requests over HTTP, medians of five.`,
  run: () =>
    withFolder(async (dir) => {
      const server = await startServer({
        ...{ home: join(dir, '.tidemill'), workspace: dir, host: '127.0.0.1', port: 0 },
        logLevel: 'silent',
      })
      const browser = await chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu'],
      })
      try {
        const { metadata } = await server.app.project('default')
        await seedRuns(metadata, { experiment: '1', name: 'big', runs })
        const reads = await readTimes(server.url)
        const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
        const page = await context.newPage()
        await page.goto(`${server.url}/experiments/big`)
        await page.locator('.run-line .run-name').first().waitFor()
        await page.waitForTimeout(1000)
        const figures: Figure[] = []
        for (const { title, by, least } of speeds) {
          const bare = await framesPerSecond(page, by, emptyBox)
          const value = await framesPerSecond(page, by, `document.querySelector('.run-grid')`)
          const baseline = { title: 'an empty box scrolled the same way', value: bare }
          figures.push({
            title,
            value,
            unit: 'frames/s',
            baseline,
            ...(least === undefined ? {} : { least }),
          })
        }
        return [...figures, ...reads]
      } finally {
        await browser.close()
        await server.stop()
      }
    }),
}

/** What the browser can do on this machine at that moment: a box as large and as tall with nothing in it. */
const emptyBox = `(() => {
  const grid = document.querySelector('.run-grid')
  const box = document.createElement('div')
  const inner = document.createElement('div')
  box.style.cssText = 'position:fixed;overflow:auto;inset:0 auto auto 0;background:white;z-index:99;'
  box.style.width = grid.clientWidth + 'px'
  box.style.height = grid.clientHeight + 'px'
  inner.style.height = grid.scrollHeight + 'px'
  box.append(inner)
  document.body.append(box)
  return box
})()`

async function framesPerSecond(page: Page, by: number, box: string): Promise<number> {
  return (await page.evaluate(`new Promise((done) => {
    const box = ${box}
    box.scrollTop = 0
    const times = []
    const next = (at) => {
      times.push(at)
      box.scrollTop += ${by}
      if (times.length <= ${frames}) requestAnimationFrame(next)
      else {
        if (box.style.position === 'fixed') box.remove()
        done(${frames} * 1000 / (times.at(-1) - times[0]))
      }
    }
    requestAnimationFrame(next)
  })`)) as number
}

async function readTimes(url: string): Promise<readonly Figure[]> {
  const caller = httpCaller({ url })
  const time = async (title: string, read: () => Promise<unknown>): Promise<Figure> => {
    const taken: number[] = []
    for (let round = 0; round < 5; round++) {
      const begin = performance.now()
      await read()
      taken.push(performance.now() - begin)
    }
    return { title, value: median(taken), unit: 'ms' }
  }
  const which = { experiments: '1' }
  const { rows } = await caller.call(operations.table.order, which)
  const part = rows.slice(50_000, 50_100)
  const columns = ['metrics.loss', 'metrics.f1', 'params.lr', 'params.optimizer']
  return [
    await time('The order of 100,000 runs by a metric', () =>
      caller.call(operations.table.order, { ...which, order: 'metrics.f1 desc' }),
    ),
    await time('The values of 100 of them', () =>
      caller.call(operations.table.rows, { rows: part, columns }),
    ),
    await time('All of them grouped by a parameter, with the spread of two metrics', () =>
      caller.call(operations.table.groups, {
        ...which,
        by: 'params.optimizer',
        columns: 'metrics.loss,metrics.f1',
      }),
    ),
  ]
}
