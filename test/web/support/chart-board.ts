import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { httpCaller, operations } from '#contract'
import { runningServer } from '../../support/home.ts'
import { seedRuns } from '../../support/seed-runs.ts'
import { lookedAt } from './looked-at.ts'
import { pngBytes } from './media.ts'

/** Twenty runs, of which the newest two have pictures, and a page on their charts. */
export async function board(
  t: TestContext,
  charts: readonly object[],
  view = '',
  metrics: readonly string[] = ['loss', 'accuracy', 'f1'],
) {
  const server = await runningServer(t)
  const { metadata } = await server.app.project('default')
  await seedRuns(metadata, {
    ...{ experiment: '71', name: 'rides', runs: 20, points: 30 },
    metrics,
  })
  const caller = httpCaller({ url: server.url })
  for (const [run, shade] of [
    ['71-0000019', 0],
    ['71-0000018', 20],
  ] as const) {
    for (const [step, path] of [0, 10].map((step) => [
      step,
      `images/mask+step+${step}+timestamp+1700000000${step}+id${step}.png`,
    ]))
      await caller.call(
        operations.runs.putArtifact,
        { run, path: String(path) },
        Buffer.from(pngBytes(160, 120, shade + Number(step))),
      )
  }
  const { page, problems } = await lookedAt(t)
  const shown = encodeURIComponent(JSON.stringify(charts))
  await page.goto(`${server.url}/experiments/rides?mode=charts&charts=${shown}${view}`)
  return { page, problems, caller, url: server.url }
}

export const cardOf = (page: Page, name: string) => page.getByRole('article', { name, exact: true })

/** What a menu of a chart gives to be kept. */
export async function saved(page: Page, chart: string, item: string): Promise<Buffer> {
  await page.getByRole('button', { name: `What to do with ${chart}`, exact: true }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: item }).click(),
  ])
  await page.getByRole('menu').waitFor({ state: 'detached' })
  return readFile(await download.path())
}

/** Width and height that a PNG says it has. References: PNG specification, third edition, 11.2.1. */
export function sizeOf(png: Buffer): readonly [number, number] {
  assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return [png.readUInt32BE(16), png.readUInt32BE(20)]
}

export async function sizeOnPage(drawing: Locator): Promise<readonly [number, number]> {
  const box = await drawing.boundingBox()
  return [Math.round(box?.width ?? 0), Math.round(box?.height ?? 0)]
}
