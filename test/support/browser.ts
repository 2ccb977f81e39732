import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import { chromium, type Browser, type Page } from 'playwright-core'

const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
  existsSync(path),
)

/** For the `skip` of tests that drive a browser. */
export const skipBrowser: string | false =
  browserPath === undefined ? 'there is no Chromium; the distribution has one' : false

const pictures = new URL('../../test-artifacts/', import.meta.url)

/** Chromium without its calls home, closed after the test. */
export async function openBrowser(t: TestContext): Promise<Browser> {
  await mkdir(pictures, { recursive: true })
  const browser = await chromium.launch({
    executablePath: browserPath ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
  t.after(() => browser.close())
  return browser
}

/** A page as wide as a laptop's, which waits long enough on a busy machine. */
export async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 } })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  return page
}

/** Keeps how a page looks, for whoever reads the test's artefacts. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: new URL(`${name}.png`, pictures).pathname })
}
