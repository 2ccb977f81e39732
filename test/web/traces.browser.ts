import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '#contract'
import { openBrowser, openPage, picture, skipBrowser } from '../support/browser.ts'
import { runningServer } from '../support/home.ts'
import { runScene } from './support/run-scene.ts'

test(
  'a trace of two thousand spans is found, walked by keyboard and assessed; only what is in sight is drawn',
  { skip: skipBrowser },
  async (t) => {
    const { url } = await runningServer(t)
    const { caller, trace } = await runScene(url)
    const page = await openPage(await openBrowser(t))
    await page.goto(`${url}/traces`)
    await page.getByLabel('Find traces').fill('nothing like it')
    await page.getByText('No trace is so.').waitFor()
    await page.getByLabel('Find traces').fill('execution_time >')
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Find traces').fill('hardest')
    await page.getByRole('link', { name: 'answer' }).click()
    const tree = page.getByRole('tree', { name: 'Spans' })
    await tree.getByText('ask the model').waitFor()
    await tree.focus()
    await page.keyboard.press('ArrowDown')
    await page.getByText('index opened').waitFor()
    await page.keyboard.press('ArrowDown')
    await page.getByText('the model did not answer').first().waitFor()
    assert.ok((await page.getByRole('treeitem').count()) < 80, 'lines out of sight are not drawn')
    await page.keyboard.press('End')
    await tree.getByText('step 1999', { exact: true }).waitFor()
    const frames = (await page.evaluate(`new Promise((resolve) => {
      const scroll = document.querySelector('.waterfall-scroll')
      const begin = performance.now()
      let frames = 0
      const next = () => {
        frames += 1
        scroll.scrollTop = (frames * 400) % (scroll.scrollHeight - scroll.clientHeight)
        const gone = performance.now() - begin
        if (gone > 1500) resolve(frames / (gone / 1000))
        else requestAnimationFrame(next)
      }
      requestAnimationFrame(next)
    })`)) as number
    t.diagnostic(`${frames.toFixed(0)} frames a second while scrolling 2,003 spans`)
    await tree.focus()
    await page.keyboard.press('Home')
    await tree.getByText('search scenes').waitFor()
    await picture(page, 'trace-page')

    await page.getByRole('button', { name: 'Assess' }).click()
    await page.getByLabel('Value').fill('no')
    await page.getByLabel('Why').fill('It was at dusk.')
    await page.getByRole('button', { name: 'Keep' }).click()
    await page.getByText('It was at dusk.').waitFor()
    const { assessments } = (await caller.call(operations.traces.get, { trace })).trace
    assert.deepEqual(
      assessments.map(({ name, value, by }) => [name, value, by]),
      [['correct', 'false', 'local']],
    )
  },
)
