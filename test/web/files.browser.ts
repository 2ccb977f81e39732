import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { openBrowser, openPage, picture, skipBrowser } from '../support/browser.ts'
import { runningServer } from '../support/home.ts'
import { runScene } from './support/run-scene.ts'

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
    await page.evaluate(`document.querySelector('.row-grid').scrollTop = 1e9`)
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
    await page.getByText('seed: ').waitFor()
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
    await page.waitForTimeout(1500)
    await picture(page, 'run-file-pdf')
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
