import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { runDemo } from '#app'
import { openBrowser, picture, skipBrowser } from '../support/browser.ts'
import { temporaryFolder } from '../support/home.ts'

test(
  'every page of a closed loop shows its thing, passes axe, logs no error and is no wider than its window, light and dark, wide and narrow',
  { skip: skipBrowser },
  async (t) => {
    const demo = await runDemo({ template: 'diabetes', dir: await temporaryFolder(t), port: 0 })
    t.after(() => demo.stop())
    const axe = await readFile(
      createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
      'utf8',
    )
    const browser = await openBrowser(t)
    const paths = [
      '/',
      '/datasets',
      '/datasets/diabetes',
      '/runs',
      '/models',
      '/models/KNNforDiabetes',
      '/models/KNNforDiabetes/2',
      '/endpoints',
      '/endpoints/diabetes',
      '/monitors',
      '/monitors/diabetes',
      '/labeling',
      '/pipeline',
      '/policies',
      '/jobs',
      '/settings',
      '/query',
      '/lineage',
      '/pipeline?tab=data',
      '/models/KNNforDiabetes?tab=compare',
    ]
    const windows = (['light', 'dark'] as const).flatMap((scheme) =>
      [1280, 900].map((width) => ({ scheme, width })),
    )
    for (const { scheme, width } of windows) {
      const context = await browser.newContext({
        colorScheme: scheme,
        viewport: { width, height: 900 },
        bypassCSP: true,
      })
      const page = await context.newPage()
      const problems: string[] = []
      page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`))
      for (const path of paths) {
        await page.goto(`${demo.url}${path}`, { waitUntil: 'load' })
        await page.locator('h1').first().waitFor({ timeout: 15_000 })
        await page.waitForTimeout(400)
        const name = path === '/' ? 'loop' : path.slice(1).replaceAll(/[/?=]/g, '-')
        await picture(page, `${name}-${scheme}${width === 1280 ? '' : `-${width}`}`)
        const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
        assert.equal(over, 0, `${path} at ${width} px is wider than its window`)
        const violations = (await page.evaluate(
          `${axe}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'] }).then((found) => found.violations.map((each) => each.id + ': ' + each.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')))`,
        )) as string[]
        assert.deepEqual(violations, [], `${path}, ${scheme}, ${width} px`)
      }
      // What is copied does not run under the button that copies it, however long it is.
      await page.goto(`${demo.url}/models/KNNforDiabetes/2`)
      const text = await page.locator('.code pre').first().boundingBox()
      const button = await page.locator('.code > button').first().boundingBox()
      assert.ok(text && button && text.x + text.width <= button.x, `${scheme}, ${width} px`)
      assert.deepEqual(problems, [])
      await context.close()
    }
  },
)
