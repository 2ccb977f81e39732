import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { httpCaller, operations } from '#contract'
import { skipBrowser } from '../support/browser.ts'
import { runningServer } from '../support/home.ts'
import { seedRuns } from '../support/seed-runs.ts'
import { inBothLights, lookedAt } from './support/looked-at.ts'

async function scene(t: TestContext) {
  const server = await runningServer(t)
  const { metadata } = await server.app.project('default')
  await seedRuns(metadata, { experiment: '71', name: 'rides/boosted', runs: 6, points: 3 })
  await seedRuns(metadata, { experiment: '72', name: 'rides/deep/wide', runs: 4, points: 1 })
  await seedRuns(metadata, { experiment: '73', name: 'churn', runs: 2, points: 1 })
  return { server, url: server.url, caller: httpCaller({ url: server.url }) }
}

const line = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`${name}\\b`) })

/** Selects the runs at the top of the table by keyboard. */
async function select(page: Page, count: number): Promise<void> {
  await page.getByRole('treegrid').focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Space')
  for (let more = 1; more < count; more++) {
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
  }
  await page.getByText(`${count} selected`).waitFor()
}

test(
  'in the browser runs move to an experiment there is and to one that is made for them, and what cannot be is said',
  { skip: skipBrowser },
  async (t) => {
    const { url, caller } = await scene(t)
    const { page, problems } = await lookedAt(t)
    await page.goto(`${url}/experiments/rides%2Fboosted`)
    await line(page, 'run-5').waitFor()
    await select(page, 2)
    await page.getByRole('button', { name: 'Move …', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('To the experiment').fill('chu')
    await page.getByRole('option', { name: 'churn' }).waitFor()
    await inBothLights(page, 'move-runs')
    await page.getByRole('option', { name: 'churn' }).click()
    await dialog.getByRole('button', { name: 'Move', exact: true }).click()
    await page.getByText('2 runs moved to churn').waitFor()
    await page.getByText('4 runs', { exact: true }).waitFor()
    const count = async (experiments: string) =>
      (await caller.call(operations.table.order, { experiments })).total
    assert.deepEqual([await count('71'), await count('73')], [4, 4])

    await select(page, 1)
    await page.getByRole('button', { name: 'Move …', exact: true }).click()
    await dialog.getByLabel('To the experiment').fill('rides/later')
    await dialog.getByRole('button', { name: 'Make it and move' }).waitFor()
    await inBothLights(page, 'move-runs-new')
    await dialog.getByRole('button', { name: 'Make it and move' }).click()
    await page.getByText('1 run moved to rides/later').waitFor()
    await inBothLights(page, 'move-runs-done')
    await page.goto(`${url}/experiments/rides%2Flater`)
    await line(page, 'run-3').waitFor()
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser a folder moves into another with all experiments in it, and not onto names that are taken',
  { skip: skipBrowser },
  async (t) => {
    const { url, caller } = await scene(t)
    await caller.call(operations.runs.createExperiment, { name: 'team/rides/boosted' })
    const { page, problems } = await lookedAt(t)
    await page.goto(`${url}/runs`)
    await page.getByRole('button', { name: 'What to do with rides', exact: true }).click()
    await inBothLights(page, 'move-folder-menu')
    await page.getByRole('menuitem', { name: 'Rename or move the folder …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Folder').fill('team//rides')
    await dialog.getByText('A folder without a name cannot be opened.').waitFor()
    await dialog.getByLabel('Folder').fill('team/rides')
    await dialog.getByRole('button', { name: 'Move', exact: true }).click()
    await dialog.getByText(/team\/rides\/boosted.*exists already|exists already/).waitFor()
    await inBothLights(page, 'move-folder-taken')
    await dialog.getByLabel('Folder').fill('team/bikes')
    await dialog.getByRole('button', { name: 'Move', exact: true }).click()
    await page.getByText('2 experiments moved').waitFor()
    await inBothLights(page, 'move-folder-done')
    const { experiments } = await caller.call(operations.runs.experiments, {})
    assert.deepEqual(
      experiments.map((each) => each.name).toSorted(),
      [
        'Default',
        'churn',
        'team/bikes/boosted',
        'team/bikes/deep/wide',
        'team/rides/boosted',
      ].filter((name) => name !== 'Default' || experiments.some((each) => each.name === 'Default')),
    )
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser what was removed ends for good only after a report of what goes',
  { skip: skipBrowser },
  async (t) => {
    const { url, caller } = await scene(t)
    const { run: kept } = await caller.call(operations.runs.create, {
      ...{ experiment: 'rides/boosted', name: 'with-file' },
    })
    await caller.call(
      operations.runs.putArtifact,
      { run: kept.id, path: 'weights.bin' },
      Buffer.alloc(5000, 7),
    )
    await caller.call(operations.runs.end, { run: kept.id })
    const { page, problems } = await lookedAt(t)
    await page.goto(`${url}/experiments/rides%2Fboosted`)
    await line(page, 'with-file').waitFor()
    await select(page, 2)
    await page.getByRole('button', { name: 'Remove …' }).click()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByText('2 runs removed').waitFor()
    await page.getByRole('button', { name: 'View', exact: true }).click()
    await page.getByRole('menuitem', { name: /removed runs/ }).click()
    await line(page, 'with-file').waitFor()
    await select(page, 1)
    await page.getByRole('button', { name: 'End for good …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Nothing brings it back.').waitFor()
    await inBothLights(page, 'end-runs')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    assert.equal((await caller.call(operations.runs.get, { run: kept.id })).run.name, 'with-file')
    await page.getByRole('button', { name: 'End for good …' }).click()
    await dialog.getByText('Nothing brings it back.').waitFor()
    await dialog.getByRole('button', { name: 'End for good', exact: true }).click()
    await page.getByText(/1 run gone for good/).waitFor()
    await line(page, 'with-file').waitFor({ state: 'detached' })
    await assert.rejects(caller.call(operations.runs.get, { run: kept.id }))

    await caller.call(operations.runs.removeExperiment, { experiment: '73' })
    await page.goto(`${url}/runs?removed=1`)
    await page.getByRole('button', { name: 'End for good …' }).click()
    await dialog.getByText('churn').waitFor()
    await inBothLights(page, 'end-experiments')
    await dialog.getByRole('button', { name: 'End for good', exact: true }).click()
    await page.getByText('Nothing is removed').waitFor()
    await page.getByRole('button', { name: 'End for good …' }).click()
    await dialog.getByText(/nothing that could go/).waitFor()
    await inBothLights(page, 'end-nothing')
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser a project is chosen at the top and stays the one that every link, table and download is of',
  { skip: skipBrowser },
  async (t) => {
    const { url, server } = await scene(t)
    const { metadata } = await server.app.project('boats', { make: true })
    await seedRuns(metadata, { experiment: '81', name: 'sails', runs: 3, points: 2 })
    const { page, problems } = await lookedAt(t)
    await page.goto(`${url}/runs`)
    await page.getByRole('button', { name: /^Project default/ }).click()
    await inBothLights(page, 'projects')
    await page.getByRole('menuitem', { name: 'boats' }).click()
    await page.waitForURL(`${url}/p/boats/`)
    await page.getByRole('link', { name: 'Runs', exact: true }).first().click()
    await page.waitForURL(`${url}/p/boats/runs`)
    await page.getByRole('link', { name: 'sails' }).first().click()
    await line(page, 'run-2').waitFor()
    assert.match(page.url(), /\/p\/boats\/experiments\/sails/)
    await page.getByText('3 runs', { exact: true }).waitFor()
    await page.reload()
    await line(page, 'run-2').getByRole('link').first().click()
    await page.waitForURL(/\/p\/boats\/runs\/[^/]+$/)
    await page.goBack()
    await line(page, 'run-2').waitFor()
    await page.getByRole('button', { name: /^Project boats/ }).click()
    await page.getByRole('menuitem', { name: 'default' }).click()
    await page.getByRole('button', { name: /^Project default/ }).waitFor()
    assert.deepEqual(problems, [])
  },
)
