import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations, TidemillError } from '#contract'

interface Sent {
  url: string
  method: string
  headers: Headers
  body: unknown
}

function recorder(answer: Response): { sent: Sent[]; fetch: typeof fetch } {
  const sent: Sent[] = []
  return {
    sent,
    fetch: (url, init) => {
      sent.push({
        url: String(url),
        method: init?.method ?? 'GET',
        headers: new Headers(init?.headers),
        body: init?.body,
      })
      return Promise.resolve(answer)
    },
  }
}

test('path parameters go into the path, encoded, and the rest of a GET into the query', async () => {
  const { sent, fetch } = recorder(Response.json({ total: 0, offset: 0, schema: [], rows: [] }))
  const caller = httpCaller({ url: 'http://127.0.0.1:1', fetch })
  await caller.call(operations.datasets.rows, { name: 'a b', offset: 5 })
  assert.equal(sent[0]?.url, 'http://127.0.0.1:1/api/datasets/a%20b/rows?offset=5')
  assert.equal(sent[0]?.body, undefined)
})

test('the rest of a POST is its JSON body', async () => {
  const { sent, fetch } = recorder(Response.json({ answers: [] }))
  const caller = httpCaller({ url: 'http://127.0.0.1:1', token: 'tdm_x', project: 'p', fetch })
  await caller.call(operations.endpoints.predict, { name: 'd', rows: [{ a: 1 }] })
  assert.equal(sent[0]?.body, '{"rows":[{"a":1}]}')
  assert.equal(sent[0]?.headers.get('authorization'), 'Bearer tdm_x')
  assert.equal(sent[0]?.headers.get('x-tidemill-project'), 'p')
})

test('a problem comes back as the error it was, with its details', async () => {
  const problem = { code: 'not_found', details: { kind: 'dataset', name: 'x' }, detail: '…' }
  const { fetch } = recorder(Response.json(problem, { status: 404 }))
  const caller = httpCaller({ url: 'http://127.0.0.1:1', fetch })
  await assert.rejects(
    caller.call(operations.datasets.get, { name: 'x' }),
    (error: unknown) =>
      error instanceof TidemillError &&
      error.code === 'not_found' &&
      error.message === 'There is no dataset x.',
  )
})

test('a server that does not answer is unavailable, and may be tried again', async () => {
  const caller = httpCaller({
    url: 'http://127.0.0.1:1',
    fetch: () => Promise.reject(new TypeError('refused')),
  })
  await assert.rejects(
    caller.call(operations.datasets.list, {}),
    (error: unknown) => error instanceof TidemillError && error.retryable,
  )
})
