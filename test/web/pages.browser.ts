import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { runDemo } from '#app'
import { openBrowser, picture, skipBrowser } from '../support/browser.ts'
import { temporaryFolder } from '../support/home.ts'

test(
  'every page of a closed loop shows its thing, passes axe and logs no error, light and dark',
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
    ]
    for (const scheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({
        colorScheme: scheme,
        viewport: { width: 1280, height: 900 },
        bypassCSP: true,
      })
      const page = await context.newPage()
      const problems: string[] = []
      page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`))
      for (const path of paths) {
        await page.goto(`${demo.url}${path}`, { waitUntil: 'load' })
        await page.locator('h1').first().waitFor({ timeout: 15_000 })
        await page.waitForTimeout(400)
        const name = path === '/' ? 'loop' : path.slice(1).replaceAll('/', '-')
        await picture(page, `${name}-${scheme}`)
        const violations = (await page.evaluate(
          `${axe}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'] }).then((found) => found.violations.map((each) => each.id + ': ' + each.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')))`,
        )) as string[]
        assert.deepEqual(violations, [], `${path}, ${scheme}`)
      }
      assert.deepEqual(problems, [])
      await context.close()
    }
  },
)
