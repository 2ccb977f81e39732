import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { callOut, checkCallOut } from '#http'
import { withCode } from '../auth/support/open-test-auth.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'
import type { Loose } from '../support/loose.ts'

interface Heard {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A receiver that answers what it is told to, and says what it heard. */
async function receiver(t: TestContext, answers: readonly number[] = []) {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => void (body += chunk))
    request.on('end', () => {
      response.writeHead(answers[heard.length] ?? 200, { location: 'http://127.0.0.1:1/else' })
      heard.push({ headers: request.headers, body })
      response.end('a secret of the inside')
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard }
}

async function open(t: TestContext, allowPrivate: boolean) {
  const dir = await temporaryFolder(t)
  await mkdir(join(dir, '.tidemill'))
  await writeFile(
    join(dir, '.tidemill/config.yaml'),
    `webhooks:\n  allowPrivate: ${allowPrivate}\n`,
  )
  const server = await runningServer(t, { dir })
  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${server.url}/api/2.0/mlflow/${path}`, {
      method,
      ...(body
        ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
        : {}),
    })
    return { status: response.status, body: (await response.json()) as Loose }
  }
  return { server, ask, dir }
}

async function until(done: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !done(); i++) await delay(25)
  assert.ok(done())
}

const events = [
  { entity: 'REGISTERED_MODEL', action: 'CREATED' },
  { entity: 'MODEL_VERSION_TAG', action: 'SET' },
]

test('a webhook hears what it asked for and nothing else, signed, and once more after it failed', async (t) => {
  const hook = await receiver(t, [500])
  const { ask, dir, server } = await open(t, true)
  const made = await ask('POST', 'webhooks', { name: 'w', url: hook.url, events, secret: 's3cret' })
  assert.equal(made.status, 200)
  assert.deepEqual(made.body.webhook.events, events)
  assert.ok(!JSON.stringify(made.body).includes('s3cret'))
  await ask('POST', 'registered-models/create', { name: 'm', tags: [{ key: 'a', value: 'b' }] })
  await ask('POST', 'registered-models/set-tag', { name: 'm', key: 'x', value: 'y' })
  await until(() => hook.heard.length >= 2)
  const [first, second] = hook.heard
  assert.ok(first && second)
  const id = first.headers['x-mlflow-delivery-id']
  assert.equal(second.headers['x-mlflow-delivery-id'], id, 'a second attempt is the same delivery')
  const told = JSON.parse(second.body) as Loose
  assert.deepEqual(
    [told.entity, told.action, told.data],
    ['registered_model', 'created', { name: 'm', tags: { a: 'b' }, description: '' }],
  )
  const signed = `${String(id)}.${String(second.headers['x-mlflow-timestamp'])}.${second.body}`
  const signature = createHmac('sha256', 's3cret').update(signed).digest('base64')
  assert.equal(second.headers['x-mlflow-signature'], `v1,${signature}`)
  const { jobs } = await server.app.project('default')
  const states = async () => (await jobs.list({ kind: 'mlflow-webhook' })).map(({ state }) => state)
  // The answer is there before the job is told of it.
  for (let i = 0; i < 200 && (await states()).includes('running'); i++) await delay(25)
  assert.deepEqual(await states(), ['done'])
  const stored = await readFile(join(dir, '.tidemill/projects/default/metadata.db'), 'latin1')
  const log = await readFile(join(dir, '.tidemill/projects/default/metadata.db-wal'), 'latin1')
  assert.ok(!`${stored}${log}`.includes('s3cret'), 'the secret is sealed where it is kept')
})

test('a webhook is changed, switched off, tried and removed; a trial never shows what the address answered', async (t) => {
  const hook = await receiver(t, [200, 302])
  const { ask } = await open(t, true)
  const { body } = await ask('POST', 'webhooks', { name: 'w', url: hook.url, events })
  const at = `webhooks/${String(body.webhook.webhook_id)}`
  const tried = await ask('POST', `${at}/test`, { event: { entity: 'PROMPT', action: 'CREATED' } })
  assert.deepEqual(tried.body.result, { success: true, response_status: 200 })
  assert.equal((JSON.parse(hook.heard[0]?.body ?? '') as Loose).entity, 'prompt')
  const redirected = await ask('POST', `${at}/test`, {})
  assert.deepEqual(redirected.body.result, { success: true, response_status: 302 })
  assert.equal(hook.heard.length, 2, 'a redirect is not followed')
  const off = await ask('PATCH', at, { status: 'DISABLED', description: 'off' })
  assert.deepEqual([off.body.webhook.status, off.body.webhook.description], ['DISABLED', 'off'])
  await ask('POST', 'registered-models/create', { name: 'm' })
  await delay(700)
  assert.equal(hook.heard.length, 2)
  assert.equal((await ask('GET', 'webhooks')).body.webhooks.length, 1)
  assert.equal((await ask('DELETE', at)).status, 200)
  assert.equal((await ask('GET', at)).status, 404)
})

test('addresses of this machine and of private networks are refused, however they are written', async (t) => {
  const { ask } = await open(t, false)
  for (const url of [
    'http://example.org/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://0.0.0.0/',
    'https://169.254.169.254/latest/meta-data',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://0x7f.1/',
    'https://localhost./',
    'https://[::ffff:127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://10.1.2.3/',
    'https://user:pw@example.org/',
    'file:///etc/passwd',
    'nonsense',
  ]) {
    const { status, body } = await ask('POST', 'webhooks', { name: 'w', url, events })
    assert.deepEqual([status, body.error_code], [400, 'INVALID_PARAMETER_VALUE'], url)
  }
  for (const wrong of [
    { name: '-w', url: 'https://example.org', events },
    { name: 'w', url: 'https://example.org', events: [] },
    { name: 'w', url: 'https://example.org', events: [{ entity: 'PROMPT', action: 'SET' }] },
  ]) {
    assert.equal((await ask('POST', 'webhooks', wrong)).status, 400)
  }
})

test('a name that means something else a moment later leads nowhere else: the address that was checked is called', async (t) => {
  const hook = await receiver(t)
  const { port } = new URL(hook.url)
  let asked = 0
  const rules = {
    allowPrivate: true,
    resolve: () => Promise.resolve(asked++ === 0 ? ['127.0.0.1'] : ['192.0.2.1']),
  }
  const call = { url: `http://name.invalid:${port}/hook`, headers: {}, body: '{}' }
  assert.equal(await callOut(call, rules), 200)
  assert.deepEqual([asked, hook.heard.length], [1, 1])
  const flips = { allowPrivate: false, resolve: () => Promise.resolve(['203.0.113.5', '10.0.0.1']) }
  await assert.rejects(checkCallOut('https://flip.example', flips), withCode('bad_request'))
})

test('a scheme in capitals is the same scheme', async () => {
  const rules = { allowPrivate: true, timeoutMs: 2_000 }
  const call = { url: 'HTTPS://127.0.0.1:1/hook', headers: {}, body: '{}' }
  await assert.rejects(callOut(call, rules), withCode('unavailable'))
})
