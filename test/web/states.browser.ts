import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBrowser, picture, skipBrowser } from '../support/browser.ts'
import { runningServer } from '../support/home.ts'
import { axeViolations } from './support/axe.ts'

/** Every page that reads something at once. */
const pages = [
  '/',
  '/datasets',
  '/datasets/one',
  '/pipeline',
  '/runs',
  '/experiments/one',
  '/runs/one',
  '/traces',
  '/traces/tr-one',
  '/models',
  '/models/one',
  '/models/one/1',
  '/evaluation-datasets',
  '/evaluation-datasets/d-one',
  '/logged-models',
  '/logged-models/m-one',
  '/prompts',
  '/prompts/one',
  '/endpoints',
  '/endpoints/one',
  '/monitors',
  '/monitors/one',
  '/reports/one',
  '/labeling',
  '/labeling/one',
  '/policies',
  '/jobs',
  '/settings',
]

const session = /\/api\/(session|events)/

test(
  'every page says that it loads while the server is slow, and what is wrong when it fails, with a way to try again',
  { skip: skipBrowser },
  async (t) => {
    const { url } = await runningServer(t)
    const browser = await openBrowser(t)
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    let answer: 'wait' | 'fail' = 'wait'
    const waiting: (() => void)[] = []
    await page.route(/\/api\//, async (route) => {
      if (session.test(route.request().url())) return route.continue()
      if (answer === 'wait') await new Promise<void>((resolve) => waiting.push(resolve))
      const body = JSON.stringify({ code: 'internal', detail: 'x', details: {} })
      await route
        .fulfill({ status: 500, contentType: 'application/problem+json', body })
        .catch(() => undefined)
    })
    for (const path of pages) {
      answer = 'wait'
      await page.goto(`${url}${path}`)
      await page.locator('h1').first().waitFor()
      const loading = page.locator('#main').getByRole('status', { name: 'Loading' })
      await loading
        .first()
        .waitFor({ timeout: 15_000 })
        .catch(() => assert.fail(`${path} says not that it loads`))
      answer = 'fail'
      for (const go of waiting.splice(0)) go()
      await page
        .locator('#main')
        .getByRole('alert')
        .first()
        .waitFor({ timeout: 15_000 })
        .catch(() => assert.fail(`${path} says not that it failed`))
      const again = page.locator('#main').getByRole('button', { name: 'Try again' })
      assert.ok((await again.count()) > 0, `${path} has no way to try again`)
    }
    await picture(page, 'state-failed')
  },
)

test(
  'every page of an empty home says what it is for and passes axe; rows can be dense; keys and the palette lead on',
  { skip: skipBrowser },
  async (t) => {
    const { url } = await runningServer(t)
    const browser = await openBrowser(t)
    const viewport = { width: 1280, height: 900 }
    const context = await browser.newContext({ viewport, bypassCSP: true })
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    const lists = pages.filter((path) => !/one|settings/.test(path))
    for (const path of [
      ...lists,
      '/query',
      '/lineage',
      '/compare',
      '/settings',
      '/sign-in',
      '/no-such-page',
    ]) {
      await page.goto(`${url}${path}`)
      await page.locator('h1').first().waitFor()
      await page.waitForTimeout(300)
      assert.deepEqual(await axeViolations(page), [], path)
      if (!lists.includes(path) || path === '/') continue
      assert.ok((await page.locator('.empty').count()) > 0, `${path} has no empty state`)
    }

    await page.goto(`${url}/datasets`)
    const height = () =>
      page.evaluate(`getComputedStyle(document.documentElement).getPropertyValue('--row').trim()`)
    assert.equal(await height(), '40px')
    await page.getByRole('button', { name: /You:/ }).click()
    await page.getByRole('menuitem', { name: 'Compact rows' }).click()
    assert.equal(await height(), '30px')
    await page.reload()
    assert.equal(await height(), '30px', 'it is kept')

    await page.locator('h1').first().waitFor()
    for (const [key, heading] of [
      ['t', 'Traces'],
      ['w', 'Prompts'],
      ['r', 'Runs'],
      ['m', 'Models'],
      ['s', 'Settings'],
    ] as const) {
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
    }
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard map' }).getByText('Traces').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('prom')
    await page.getByRole('option', { name: /Prompts/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Prompts' }).waitFor()

    // Everything in the frame is reached by Tab, and what has the focus shows it.
    await page.goto(`${url}/datasets`)
    await page.locator('h1').first().waitFor()
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to content')
    const reached = new Set<string>()
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab')
      reached.add(
        String(
          await page.evaluate(
            '(document.activeElement.textContent || document.activeElement.ariaLabel).trim()',
          ),
        ),
      )
    }
    for (const name of ['Traces', 'Settings', 'Import a file']) {
      assert.ok(
        [...reached].some((each) => each.includes(name)),
        `${name} is reached by Tab`,
      )
    }
  },
)
