import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { openBrowser, picture } from '../../support/browser.ts'
import { axeViolations } from './axe.ts'

export interface LookedAt {
  readonly page: Page
  /** What was thrown on the page. */
  readonly problems: readonly string[]
}

/** A page that scripts may be put into, and that remembers what was thrown on it. */
export async function lookedAt(t: TestContext, width = 1440): Promise<LookedAt> {
  const browser = await openBrowser(t)
  const context = await browser.newContext({
    ...{ viewport: { width, height: 900 }, colorScheme: 'light', bypassCSP: true },
  })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`))
  return { page, problems }
}

/** Keeps how the page stands now, light and dark, and holds both against axe. */
export async function inBothLights(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.waitForTimeout(350)
    await picture(page, `${name}-${colorScheme}`)
    assert.deepEqual(await axeViolations(page), [], `${name}, ${colorScheme}`)
  }
  await page.emulateMedia({ colorScheme: 'light' })
}
