import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { httpCaller, operations } from '#contract'
import { openBrowser, picture, skipBrowser } from '../support/browser.ts'
import { runningServer } from '../support/home.ts'
import { axeViolations } from './support/axe.ts'
import { runScene, type RunScene } from './support/run-scene.ts'

async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 } })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  return page
}

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
    const metrics = page.getByRole('region', { name: 'Metrics' })
    await metrics.getByText('0.75').waitFor()
    for (const step of [1, 2, 3]) {
      await caller.call(operations.runs.log, {
        run: run.id,
        metrics: [{ key: 'loss', value: 0.5 / step, step }],
      })
    }
    await metrics.getByText('0.16667').waitFor()
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

/** A second of film, which the browser itself makes. */
async function filmBytes(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(`new Promise((resolve) => {
    const canvas = document.createElement('canvas')
    canvas.width = 160
    canvas.height = 120
    const pen = canvas.getContext('2d')
    const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: 'video/webm' })
    const parts = []
    recorder.ondataavailable = (event) => parts.push(event.data)
    recorder.onstop = async () => {
      const bytes = new Uint8Array(await new Blob(parts).arrayBuffer())
      resolve(btoa(String.fromCharCode(...bytes)))
    }
    recorder.start()
    let turn = 0
    const timer = setInterval(() => {
      pen.fillStyle = 'hsl(' + turn * 40 + ' 70% 50%)'
      pen.fillRect(0, 0, 160, 120)
      if (++turn > 9) { clearInterval(timer); recorder.stop() }
    }, 100)
  })`)
  return Buffer.from(String(base64), 'base64')
}

test(
  'each kind of file can be looked at, and nothing in one is run',
  { skip: skipBrowser },
  async (t) => {
    const { url } = await runningServer(t)
    const page = await openPage(await openBrowser(t))
    await page.goto(`${url}/traces`)
    await page.locator('h1').first().waitFor()
    const film = { path: 'film/turn.webm', body: await filmBytes(page) }
    const { run } = await runScene(url, [film])
    const ranges: string[] = []
    page.on('response', (response) => {
      if (response.status() === 206) ranges.push(response.headers()['content-range'] ?? '')
    })
    const look = async (path: string): Promise<void> => {
      await page.goto(`${url}/runs/${run}?tab=files&file=${encodeURIComponent(path)}`)
      await page.getByRole('region', { name: path, exact: true }).first().waitFor()
    }
    const shown = (path: string) => page.getByRole('region', { name: path, exact: true }).first()
    const width = (tag: string) =>
      page.waitForFunction(`document.querySelector('${tag}')?.naturalWidth > 0`)

    await look('plots/curve.png')
    await width('.preview-picture img')
    await look('plots/mark.svg')
    await width('.preview-picture img')
    assert.notEqual(await page.title(), 'It ran')
    await picture(page, 'run-file-picture')

    await look('tables/predictions.csv')
    await page.getByText('5,000 rows, 3 columns').waitFor()
    await page.locator('.row-grid').evaluate('(grid) => { grid.scrollTop = grid.scrollHeight }')
    await page.getByText('row 4999', { exact: true }).waitFor()
    await look('tables/broken.csv')
    await page.getByText(/cannot be read as a table: tables\/broken.csv:3/).waitFor()
    await look('tables/logged.json')
    await page.getByText('300 rows, 3 columns').waitFor()
    await page.getByText('scene-2.png', { exact: true }).waitFor()
    await picture(page, 'run-file-table')

    await look('report.html')
    const inside = page.frameLocator('iframe.preview-page')
    await inside.getByRole('heading', { name: 'Confusion' }).waitFor()
    assert.equal(await page.locator('iframe.preview-page').getAttribute('sandbox'), '')
    await page.getByText('Its scripts do not run here.').waitFor()
    assert.notEqual(await page.title(), 'It ran')
    await picture(page, 'run-file-html')

    await look('train.py')
    await shown('train.py').locator('.code-comment', { hasText: '# trains it' }).waitFor()
    await look('config.json')
    await page.getByText('depth: ').waitFor()
    await look('notes/readme.md')
    await page.getByRole('heading', { name: 'Notes' }).waitFor()
    await look('model/MLmodel')
    await page.getByRole('region', { name: 'It reads' }).getByText('glucose').waitFor()
    await page.getByText(`load_model("runs:/${run}/model")`).waitFor()
    await picture(page, 'run-file-model')
    await look('weights.bin')
    await page.getByText('There is no preview for this kind of file.').waitFor()

    await look('paper.pdf')
    const viewer = page.locator('iframe.preview-page, .preview-instead').first()
    await viewer.waitFor()
    const source = await viewer.getAttribute('src')
    if (source !== null) assert.match(source, /^blob:/)
    await look('sound/tone.wav')
    await page.waitForFunction(`document.querySelector('audio')?.duration === 1`)
    await look('film/turn.webm')
    await page.waitForFunction(`document.querySelector('video')?.videoWidth === 160`)
    assert.ok(
      ranges.some((range) => range.startsWith('bytes ')),
      'media are read by parts',
    )

    await page.goto(`${url}/runs/${run}?tab=charts`)
    await page.getByAltText('mask at step 20').waitFor()
    await page.getByRole('slider').focus()
    await page.keyboard.press('Home')
    await page.getByAltText('mask at step 0').waitFor()
    await page.getByAltText('overlay/left at step 0').waitFor()
    await picture(page, 'run-charts')
  },
)

test(
  'files are walked by keyboard, and a large file says why it is not shown',
  { skip: skipBrowser },
  async (t) => {
    const { url } = await runningServer(t)
    const large = { path: 'huge.json', body: Buffer.alloc(20_000_001, '1') }
    const { run } = await runScene(url, [large])
    const page = await openPage(await openBrowser(t))
    await page.goto(`${url}/runs/${run}?tab=files`)
    const tree = page.getByRole('tree', { name: 'Files' })
    await tree.getByRole('treeitem', { name: 'checkpoints' }).waitFor()
    await tree.focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowRight')
    await tree.getByRole('treeitem', { name: /epoch-0\.txt/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByText('epoch 0', { exact: true }).waitFor()
    assert.match(page.url(), /file=checkpoints/)
    await page.goto(`${url}/runs/${run}?tab=files&file=huge.json`)
    await page.getByText(/files of this kind are shown up to 20.0 MB/).waitFor()
    await page.getByRole('link', { name: 'Download' }).waitFor()
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
    await page.getByLabel('Name', { exact: true }).fill('stage')
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
    await page.getByLabel('Model', { exact: true }).fill('cutter')
    await page.getByRole('dialog').getByRole('button', { name: 'Register' }).click()
    await page.getByRole('heading', { name: 'Version 1' }).waitFor()
    assert.equal(new URL(page.url()).pathname, '/models/cutter/1')
  },
)

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
    await page.getByText('the model did not answer').waitFor()
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
        await page.waitForTimeout(500)
        await picture(page, `${name}-${colorScheme}`)
        assert.deepEqual(await axeViolations(page), [], `${name}, ${colorScheme}`)
      }
      assert.deepEqual(problems, [])
      await context.close()
    }
  },
)
