import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { skipBrowser } from '../support/browser.ts'
import { runningServer } from '../support/home.ts'
import { attach, attached, attachedTrace, otherTrace } from './support/attached-trace.ts'
import { inBothLights, lookedAt } from './support/looked-at.ts'
import { pngBytes } from './support/media.ts'
import { sendTrace } from './support/send-trace.ts'

async function isShown(page: Page, name: keyof typeof attached, tag: string): Promise<void> {
  const label = `Attachment ${attached[name]}`
  await page.getByRole('region', { name: label }).locator(tag).first().waitFor()
}

for (const width of [1440, 800]) {
  test(
    `what is attached to a span is looked at where the span names it, ${width} pixels wide`,
    { skip: skipBrowser },
    async (t) => {
      const { url } = await runningServer(t)
      const trace = await attachedTrace(url)
      const { page, problems } = await lookedAt(t, width)
      await page.goto(`${url}/traces/${trace}`)
      await isShown(page, 'picture', 'img')
      await page.waitForFunction(`document.querySelector('.attachment img').naturalWidth === 320`)
      await page.getByText('It is dusk.').waitFor()
      await page.waitForFunction(`document.querySelector('audio')?.duration === 1`)
      await inBothLights(page, `trace-attachments-${width}`)

      const list = page.getByRole('region', { name: 'Attachments' })
      assert.equal(await list.getByRole('listitem').count(), Object.keys(attached).length)
      await list.getByText('no span names it').waitFor()
      await list.getByText(', missing').waitFor()
      await list.getByText(attached.packed.slice(0, 8)).click()
      await list.getByText('There is no preview for this kind of file.').waitFor()
      const download = page.waitForEvent('download')
      await list.getByRole('link', { name: 'Download' }).click()
      assert.equal((await download).suggestedFilename(), attached.packed)

      const item = list.getByRole('listitem').filter({ hasText: attached.missing.slice(0, 8) })
      await item.getByRole('button', { name: 'read along' }).click()
      await page.getByText(`There is no file ${attached.missing} here`).waitFor()
      await page.getByRole('link', { name: otherTrace }).waitFor()
      await isShown(page, 'page', 'iframe[sandbox=""]')
      await isShown(page, 'paper', 'iframe, .preview-instead')
      assert.notEqual(await page.title(), 'It ran')
      await inBothLights(page, `trace-attachments-others-${width}`)
      const wide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      assert.equal(await page.evaluate(wide), 0, 'nothing stands out at the side')

      await attach(url, 'missing', pngBytes(40, 30))
      await isShown(page, 'missing', 'img')
      assert.deepEqual(problems, [])
    },
  )
}

test(
  'a trace without attachments has no list of them, and one whose spans are in a file the same tree',
  { skip: skipBrowser },
  async (t) => {
    const { url } = await runningServer(t)
    const many = await sendTrace(url, '0', 'gone')
    const { page } = await lookedAt(t, 800)
    await page.goto(`${url}/traces/${many}`)
    await page.getByRole('treeitem', { name: /ask the model/ }).waitFor()
    await page.getByRole('heading', { name: 'Assessments' }).waitFor()
    assert.equal(await page.getByRole('region', { name: 'Attachments' }).count(), 0)
    await inBothLights(page, 'trace-page-800')

    const id = `tr-${'9'.repeat(32)}`
    const info = {
      ...{ trace_id: id, request_time: '2026-01-31T12:00:00Z', state: 'OK' },
      trace_location: { mlflow_experiment: { experiment_id: '0' } },
    }
    await fetch(`${url}/api/3.0/mlflow/traces`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ trace: { trace_info: info } }),
    })
    const place = `/api/2.0/mlflow-artifacts/artifacts/0/traces/${id}/artifacts/traces.json`
    const put = (body: string) => fetch(`${url}${place}`, { method: 'PUT', body })
    const span = {
      ...{ name: 'from a file', parent_id: null, status_code: 'OK', status_message: '' },
      ...{ context: { span_id: '0x00000000000000aa', trace_id: `0x${'9'.repeat(32)}` } },
      ...{ start_time: 1_769_860_800_000_000, end_time: 1_769_860_800_900_000 },
      ...{ attributes: { 'mlflow.spanInputs': '{"question": "why?"}' }, events: [] },
    }
    await put(JSON.stringify({ spans: [span] }))
    await page.goto(`${url}/traces/${id}`)
    await page.getByRole('treeitem', { name: /from a file/ }).waitFor()
    await page.getByText('"why?"').waitFor()
    await put('not spans')
    await page.reload()
    await page.getByText(/traces.json, which cannot be read/).waitFor()
    await inBothLights(page, 'trace-broken-file-800')
  },
)
