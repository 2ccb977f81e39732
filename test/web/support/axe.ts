import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const source = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
let script: string | undefined

/** What axe finds against WCAG 2 A and AA on a page, without what is framed in it; the page's context must let scripts in. */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  script ??= await readFile(source, 'utf8')
  const run = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'], iframes: false })`
  const told = `.then((found) => found.violations.map((each) => each.id + ': ' + each.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')))`
  return (await page.evaluate(`${script}; ${run}${told}`)) as string[]
}
