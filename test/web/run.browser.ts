import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { openBrowser, openPage, picture, skipBrowser } from '../support/browser.ts'
import { runningServer } from '../support/home.ts'
import { axeViolations } from './support/axe.ts'
import { inBothLights, lookedAt } from './support/looked-at.ts'
import { runScene, type RunScene } from './support/run-scene.ts'

test(
  'a run that is being logged grows on its page without a reload, until it ends',
  { skip: skipBrowser },
  async (t) => {
    const { url } = await runningServer(t)
    const caller = httpCaller({ url })
    const { run } = await caller.call(operations.runs.create, { experiment: 'live', name: 'calm' })
    const page = await openPage(await openBrowser(t))
    await page.goto(`${url}/runs/${run.id}`)
    await page.getByText('None were logged.').first().waitFor()
    await page.evaluate('window.marked = true')
    const clock = page.locator('.run-clock')
    const first = await clock.textContent()

    await caller.call(operations.runs.log, {
      run: run.id,
      params: { depth: 3 },
      metrics: [{ key: 'loss', value: 0.75, step: 0 }],
    })
    const metrics = page.getByRole('region', { name: 'Metrics', exact: true })
    await metrics.getByText('0.75').first().waitFor()
    for (const step of [1, 2, 3]) {
      await caller.call(operations.runs.log, {
        run: run.id,
        metrics: [{ key: 'loss', value: 0.5 / step, step }],
      })
    }
    // Beside the last value, the least and the greatest of all.
    await metrics.getByRole('row', { name: /loss 0\.16667 0\.16667 0\.75/ }).waitFor()
    await page.getByRole('tab', { name: /Charts/ }).click()
    await page.getByRole('img', { name: /loss ends at 0.1667/ }).waitFor()
    await caller.call(operations.runs.log, {
      run: run.id,
      metrics: [{ key: 'loss', value: 0.0625, step: 9 }],
    })
    await page.getByRole('img', { name: /loss ends at 0.0625/ }).waitFor()
    await page.getByRole('tab', { name: /Files/ }).click()
    await page.getByText('No files yet').waitFor()
    const path = 'a.txt'
    await caller.call(operations.runs.putArtifact, { run: run.id, path }, Buffer.from('hello'))
    await page.getByRole('treeitem', { name: /a\.txt/ }).click()
    await page.getByRole('region', { name: 'a.txt' }).getByText('hello').waitFor()

    assert.notEqual(await clock.textContent(), first, 'the clock goes on')
    await caller.call(operations.runs.end, { run: run.id })
    await page.locator('.pill', { hasText: 'finished' }).waitFor()
    assert.equal(await page.evaluate('window.marked'), true, 'the page was not loaded again')
  },
)

test(
  'a run is described, tagged, renamed, removed and brought back on its page; what was written runs nothing',
  { skip: skipBrowser },
  async (t) => {
    const { url } = await runningServer(t)
    const { caller, run } = await runScene(url)
    const page = await openPage(await openBrowser(t))
    await page.goto(`${url}/runs/${run}`)
    const said = async () => (await caller.call(operations.runs.get, { run })).run
    await page.getByRole('heading', { name: 'Second try' }).waitFor()
    await page.getByRole('button', { name: 'Edit' }).click()
    await page
      .getByLabel('Description in Markdown')
      .fill('**Done** <img src=x onerror="document.title=\'It ran\'"><script>1</script>')
    await page.getByRole('button', { name: 'Keep' }).click()
    await page.locator('.prose strong', { hasText: 'Done' }).waitFor()
    assert.equal(await page.locator('.prose img, .prose script').count(), 0)
    assert.notEqual(await page.title(), 'It ran')

    await page.getByRole('button', { name: 'Add' }).click()
    await page.getByLabel(/^Name/).fill('stage')
    await page.getByLabel('Value').fill('<b>final</b>')
    await page.getByRole('button', { name: 'Keep' }).click()
    await page.getByText('<b>final</b>').waitFor()
    await page.getByRole('button', { name: 'Take off team' }).click()
    await page.getByText('vision').waitFor({ state: 'detached' })
    assert.deepEqual(
      [(await said()).tags.stage, (await said()).tags.team],
      ['<b>final</b>', undefined],
    )

    await page.getByRole('button', { name: 'scenes' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('region', { name: 'Schema' }).getByText('glucose').waitFor()
    await dialog.getByText('num_rows').waitFor()
    await page.keyboard.press('Escape')

    await page.getByLabel('Find in parameters').fill('layer_7')
    await page.getByText('layer_7.width').waitFor()
    await page.getByText('layer_8.width').waitFor({ state: 'detached' })

    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('bold-heron')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('heading', { name: 'bold-heron' }).waitFor()

    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.locator('.tag', { hasText: 'removed' }).waitFor()
    assert.ok((await said()).removedAt !== undefined)
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Restore' }).click()
    await page.locator('.tag', { hasText: 'removed' }).waitFor({ state: 'detached' })

    await page.getByRole('link', { name: 'fold-1' }).click()
    await page.getByRole('heading', { name: 'fold-1' }).waitFor()
    await page.getByRole('link', { name: 'bold-heron' }).click()
    await page.getByRole('heading', { name: 'bold-heron' }).waitFor()
    await page.getByRole('link', { name: 'unet' }).click()
    await page.getByRole('heading', { name: 'unet' }).waitFor()
    await page.getByRole('button', { name: 'Register as model' }).click()
    await page.getByLabel(/^Model/).fill('cutter')
    await page.getByRole('dialog').getByRole('button', { name: 'Register' }).click()
    await page.getByRole('heading', { name: 'Version 1' }).waitFor()
    assert.equal(new URL(page.url()).pathname, '/models/cutter/1')
  },
)

test(
  'in the browser a run’s charts are smoothed, put on other axes, arranged and saved, system metrics apart, and the next run of the experiment shows them so',
  { skip: skipBrowser },
  async (t) => {
    const { url } = await runningServer(t)
    const { caller, run } = await runScene(url)
    const { run: next } = await caller.call(operations.runs.create, {
      ...{ experiment: 'segmentation', name: 'next-heron' },
    })
    await caller.call(operations.runs.log, {
      run: next.id,
      metrics: [
        ...[0, 1, 2].map((step) => ({ key: 'loss', value: 3 - step, step })),
        { key: 'auc', value: 0.875, step: 7 },
      ],
    })
    const { page, problems } = await lookedAt(t)
    const card = (name: string) => page.getByRole('article', { name, exact: true })
    await page.goto(`${url}/runs/${run}`)
    const metrics = page.getByRole('region', { name: 'Metrics', exact: true })
    await metrics.getByRole('link', { name: 'accuracy', exact: true }).click()
    await card('accuracy').waitFor()
    assert.equal(await card('loss').count(), 0)
    await page.goto(`${url}/runs/${run}?tab=charts`)
    await card('loss')
      .getByText(/Last 0\.\d+/)
      .waitFor()
    await inBothLights(page, 'run-board')
    await page.getByLabel('Horizontal axis').selectOption('By time since start')
    await page.locator('label', { hasText: 'Log y' }).click()
    await page.getByRole('slider', { name: /Smoothing/ }).focus()
    for (let press = 0; press < 20; press++) await page.keyboard.press('ArrowRight')
    await card('loss')
      .getByText(/moving average, weight 0\.4/)
      .waitFor()
    await page.getByRole('button', { name: /^Move loss/ }).focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    const first = () => page.getByRole('article').first().getAttribute('aria-label')
    await page.waitForFunction(
      `document.querySelector('article').getAttribute('aria-label') === 'loss'`,
    )
    await inBothLights(page, 'run-board-arranged')
    await page.getByRole('button', { name: 'What to do with loss' }).click()
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Save as CSV' }).click(),
    ])
    const csv = await readFile(await saved.path(), 'utf8')
    assert.match(csv, /^run,name,step,time,loss,loss smoothed\n/)
    assert.equal(csv.trim().split('\n').length, 201)

    await page.getByRole('tab', { name: /System/ }).click()
    await card('system/cpu_utilization_percentage').getByRole('img').waitFor()
    assert.equal(await page.getByLabel('Horizontal axis').inputValue(), 'relative')
    assert.equal(await page.getByText(/moving average/).count(), 0)
    await inBothLights(page, 'run-board-system')

    // Nothing of it is in this address: the browser has kept it for the experiment.
    await page.goto(`${url}/runs/${next.id}?tab=charts`)
    await card('loss')
      .getByText(/moving average, weight 0\.4/)
      .waitFor()
    assert.equal(await first(), 'loss')
    assert.equal(await page.getByLabel('Horizontal axis').inputValue(), 'relative')
    await page.getByRole('button', { name: 'As usual' }).click()
    await card('auc').getByText('0.875').waitFor()
    await card('auc').getByText('Logged once, at step 7').waitFor()
    await inBothLights(page, 'run-board-next')
    assert.deepEqual(problems, [])
  },
)

function addresses({ run, child, model, trace }: RunScene): Readonly<Record<string, string>> {
  const file = (path: string): string => `/runs/${run}?tab=files&file=${encodeURIComponent(path)}`
  return {
    'run-overview': `/runs/${run}`,
    'run-metrics': `/runs/${run}?tab=charts`,
    'run-system': `/runs/${run}?tab=system`,
    'run-files': file('train.py'),
    'run-json': file('config.json'),
    'run-csv': file('tables/predictions.csv'),
    'run-mlmodel': file('model/MLmodel'),
    'run-html': file('report.html'),
    'run-traces': `/runs/${run}?tab=traces`,
    'run-empty': `/runs/${child}`,
    'run-empty-files': `/runs/${child}?tab=files`,
    traces: '/traces',
    trace: `/traces/${trace}?span=0000000000000003`,
    'logged-models': '/logged-models',
    'logged-model': `/logged-models/${model}`,
    prompts: '/prompts',
    prompt: '/prompts/greeting?version=2&against=1',
  }
}

test(
  'the pages of runs, files, traces, logged models and prompts pass axe and log no error, light and dark, full and empty',
  { skip: skipBrowser },
  async (t) => {
    const { url } = await runningServer(t)
    const scene = await runScene(url)
    const bare = await runningServer(t)
    const browser = await openBrowser(t)
    const all = [
      ...Object.entries(addresses(scene)).map(([name, path]) => [name, `${url}${path}`] as const),
      ...['traces', 'logged-models', 'prompts'].map(
        (name) => [`${name}-none`, `${bare.url}/${name}`] as const,
      ),
    ]
    for (const colorScheme of ['light', 'dark'] as const) {
      const viewport = { width: 1360, height: 900 }
      const context = await browser.newContext({ colorScheme, viewport, bypassCSP: true })
      const page = await context.newPage()
      const problems: string[] = []
      page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`))
      for (const [name, address] of all) {
        await page.goto(address, { waitUntil: 'load' })
        await page.locator('h1').first().waitFor({ timeout: 15_000 })
        const waiting = page.locator('#main .skeleton')
        await page.waitForTimeout(400)
        await waiting.first().waitFor({ state: 'detached', timeout: 15_000 })
        await picture(page, `${name}-${colorScheme}`)
        assert.deepEqual(await axeViolations(page), [], `${name}, ${colorScheme}`)
      }
      assert.deepEqual(problems, [])
      await context.close()
    }
  },
)
