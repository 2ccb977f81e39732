import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { referencesIn } from '../../src/app/borders/mlflow/attachments.ts'
import { runningServer } from '../support/home.ts'
import {
  attached,
  attachedTrace,
  otherTrace,
  referenceTo,
  sizeOf,
} from '../web/support/attached-trace.ts'

test('what is attached to a trace is listed with its type, its size and the spans that name it, and what is missing too', async (t) => {
  const { url } = await runningServer(t)
  const caller = httpCaller({ url })
  const trace = await attachedTrace(url)
  const { attachments } = await caller.call(operations.traces.attachments, { trace })
  const [look, read] = [
    { id: '0000000000000001', name: 'look' },
    { id: '0000000000000002', name: 'read along' },
  ]
  const shown = attachments.map((each) => [each.id, each.type, each.size, each.spans])
  assert.deepEqual(shown, [
    [attached.picture, 'image/png', sizeOf('picture'), [look, read]],
    [attached.note, 'text/plain', sizeOf('note'), [look]],
    [attached.sound, 'audio/wav', sizeOf('sound'), [look]],
    [attached.paper, 'application/pdf', sizeOf('paper'), [read]],
    [attached.packed, 'application/zip', sizeOf('packed'), [read]],
    [attached.page, 'text/html', sizeOf('page'), [read]],
    [attached.missing, 'image/png', sizeOf('missing'), [read]],
    [attached.elsewhere, 'image/png', sizeOf('elsewhere'), [read]],
    [attached.unnamed, undefined, sizeOf('unnamed'), []],
  ])
  const others = attachments.filter((each) => each.trace !== trace)
  assert.deepEqual(
    others.map((each) => [each.id, each.trace]),
    [[attached.elsewhere, otherTrace]],
  )

  const span = async (id: string) =>
    (await caller.call(operations.traces.span, { trace, span: id })).span.attachments
  assert.deepEqual(
    (await span(look.id)).map(({ id, within, reference }) => [id, within, reference]),
    [
      [attached.picture, 'inputs', referenceTo('picture')],
      [attached.note, 'outputs', referenceTo('note')],
      [attached.sound, 'attributes', referenceTo('sound')],
    ],
  )
  assert.deepEqual(
    (await span(read.id)).filter((each) => each.within === 'outputs').map(({ id }) => id),
    [attached.missing, attached.elsewhere],
  )
  await assert.rejects(
    caller.call(operations.traces.attachments, { trace: `tr-${'7'.repeat(32)}` }),
    /trace tr-7+/,
  )
})

test('bytes of what is attached come as the type that is asked for, and never as a page of this origin', async (t) => {
  const { url } = await runningServer(t)
  const trace = await attachedTrace(url)
  const ask = async (id: string, type: string) => {
    const path = new URLSearchParams({ path: `attachments/${id}`, type }).toString()
    return fetch(`${url}/api/artifacts/${trace}/file?${path}`)
  }
  const shown = async (id: string, type: string) => {
    const { headers } = await ask(id, type)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', type)
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*; sandbox$/)
    const name = /^attachment; filename\*=UTF-8''(.*)$/.exec(
      headers.get('content-disposition') ?? '',
    )
    return [headers.get('content-type'), name?.[1]]
  }
  const { picture, sound, page, paper } = attached
  assert.deepEqual(await shown(picture, 'image/png'), ['image/png', `${picture}.png`])
  assert.deepEqual(await shown(sound, 'audio/wav'), ['audio/wav', `${sound}.wav`])
  assert.deepEqual(await shown(sound, 'audio/pcm16'), ['audio/pcm16', sound])
  const unknown = 'application/octet-stream'
  assert.deepEqual(await shown(page, 'text/html'), [unknown, `${page}.html`])
  assert.deepEqual(await shown(paper, 'application/pdf'), [unknown, `${paper}.pdf`])
  for (const type of ['text/javascript', 'text/css', 'application/xhtml+xml', 'image/x+xml']) {
    assert.deepEqual(await shown(page, type), [unknown, page], type)
  }
  assert.equal((await ask(page, 'text/html\r\nx: y')).status, 400)
  assert.equal((await ask(attached.missing, 'image/png')).status, 404)
})

test('what a client says of the size of what is attached counts only where it is a number of bytes', () => {
  const sizeSaid = (size: string) =>
    referencesIn(`mlflow-attachment://a?content_type=image%2Fpng&trace_id=t${size}`)[0]?.size
  assert.equal(sizeSaid('&size=7'), 7)
  for (const odd of ['-7', '1.5', 'Infinity', '1e400', '9'.repeat(400), '0x10', 'seven', ''])
    assert.equal(sizeSaid(`&size=${odd}`), 0, odd)
  assert.equal(sizeSaid(''), 0)
})
