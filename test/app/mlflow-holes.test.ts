import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { asking, mlflowServer, newRun, type Ask } from './support/mlflow-server.ts'

/** A hole that was published of MLflow's server, what to send, and how it must be refused. */
interface Probe {
  readonly hole: string
  readonly send: readonly [method: string, path: string, body?: unknown, headers?: Headers]
  readonly expect: readonly number[]
}
type Headers = Readonly<Record<string, string>>

interface Place {
  readonly experiment: string
  readonly run: string
  /** The address of a service only this machine can reach, which counts who comes. */
  readonly inside: string
  readonly victim: string
}

const proxy = '/api/2.0/mlflow-artifacts/artifacts'

const sources = (hole: string, ...all: readonly string[]): ((place: Place) => Probe[]) => {
  const prompt = [{ key: 'mlflow.prompt.is_prompt', value: 'true' }]
  return ({ run }) =>
    all.flatMap((source) =>
      [[], prompt].map((tags) => ({
        hole,
        send: ['POST', 'model-versions/create', { name: 'm', source, run_id: run, tags }] as const,
        expect: [400],
      })),
    )
}

const locations = (hole: string, ...all: readonly string[]): Probe[] =>
  all.map((artifact_location) => ({
    hole,
    send: ['POST', 'experiments/create', { name: `x-${artifact_location}`, artifact_location }],
    expect: [400],
  }))

/** Paths as MLflow's own tests try them, written as the path itself. */
const corpus = [
  '/p',
  '../p',
  './../p',
  'a/../b',
  'file://a#/..//tmp',
  'file://a%23/..//tmp/',
  '/etc/passwd%00.jpg',
  '%2E%2E%2Fp',
  '%252E%252E%252Fp',
  '%2%0952e%2%0952e/%2%0A52e%2%0A52e/p',
  '/file://etc/passwd',
  '../../../../etc/passwd',
  '..\\..\\etc\\passwd',
  'C:/x',
  'a\u0000b',
  '%00',
]

const paths = ({ experiment, run }: Place): Probe[] =>
  corpus.flatMap((path): Probe[] => {
    const [hole, expect] = ['the path corpus; CVE-2023-30172, CVE-2026-2033', [400]]
    const query = encodeURIComponent(path)
    const below = `${proxy}/${experiment}/${run}/artifacts`
    return [
      { hole, send: ['GET', `/get-artifact?run_uuid=${run}&path=${query}`], expect },
      { hole, send: ['GET', `artifacts/list?run_id=${run}&path=${query}`], expect },
      {
        hole,
        send: [
          'GET',
          `${proxy}?path=${encodeURIComponent(`${experiment}/${run}/artifacts/${path}`)}`,
        ],
        expect,
      },
      { hole, send: ['GET', `${below}/${query}`], expect },
      { hole, send: ['PUT', `${below}/${query}`, 'x'], expect },
      { hole, send: ['DELETE', `${below}/${query}`], expect },
      {
        hole,
        send: ['POST', `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${run}&path=${query}`, 'x'],
        expect,
      },
    ]
  })

const evil = { origin: 'https://evil.example', 'content-type': 'text/plain' }

const probes = (place: Place): readonly Probe[] => [
  ...sources('CVE-2023-1177, CVE-2023-1176, CVE-2023-3765', '//proc/self/root/etc', '/etc')(place),
  ...sources(
    'CVE-2023-2356',
    'mlflow-artifacts://h:9000/models/../../../',
    's3a://b/x/../../../',
  )(place),
  ...sources(
    'CVE-2023-2780, CVE-2023-6909',
    'file:///x\\..\\..\\etc',
    '..\\..\\etc\\passwd',
    'C:/x',
  )(place),
  ...sources('CVE-2023-6977', '//proc/self/root')(place),
  ...sources('CVE-2024-3573', 'file:/etc', 'file:etc', '///etc')(place),
  ...sources(
    'CVE-2024-1558, CVE-2024-1593',
    'http://h/a;../../../etc',
    'http://h/a?../../etc',
    's3://b/a;../../etc',
  )(place),
  ...sources('CVE-2024-8859', 'dbfs:/R/artifacts/a%3f/../../../../etc')(place),
  ...sources(
    'CVE-2025-11201',
    `runs:/${place.run}/%00`,
    `runs:/${place.run}/..%2f..%2f`,
    `runs:/${place.run}/%252e%252e`,
  )(place),
  ...sources('CVE-2026-2614', '/etc', 'mlflow-artifacts:/../../etc')(place),
  ...sources('#23500', 'http://169.254.169.254/latest/meta-data', place.inside)(place),
  ...locations(
    'CVE-2024-1483, CVE-2024-1594, CVE-2024-2928, CVE-2024-3848',
    'http:///#/../../../../etc/',
    'http:///?/../../../etc/',
    's3://b/#/../etc',
    'file:///etc',
    '/etc',
  ),
  ...locations(
    'http artifact_location fetched by the server',
    place.inside,
    'ftp://127.0.0.1/x',
    'hdfs://127.0.0.1/x',
  ),
  ...paths(place),
  ...[
    `${proxy}/..%2f..%2f..%2f..${place.victim.replaceAll('/', '%2f')}`,
    `${proxy}/%252e%252e%252f%252e%252e${place.victim.replaceAll('/', '%252f')}`,
    `${proxy}/../../../../..${place.victim}`,
    `${proxy}/${place.victim}`,
    `${proxy}/${place.experiment}/${place.run}/artifacts/..%2f..%2f..%2f..%2f..${place.victim}`,
  ].flatMap((path): Probe[] => [
    {
      hole: 'CVE-2023-6015, CVE-2023-6018, CVE-2023-6975, CVE-2023-6976',
      send: ['PUT', path, 'x'],
      expect: [400, 404],
    },
    { hole: 'CVE-2023-6831, CVE-2024-1560', send: ['DELETE', path], expect: [400, 404] },
  ]),
  ...['.', '', '%2e', `${place.experiment}`, `${place.experiment}/${place.run}`].map(
    (path): Probe => ({
      hole: 'mlflow-oidc-auth #289: the root removed',
      send: ['DELETE', `${proxy}/${path}`],
      expect: [400, 404],
    }),
  ),
  ...['GET', 'POST'].map((method): Probe => ({
    hole: 'CVE-2025-52967: the gateway fetches any address',
    send: [
      method,
      '/ajax-api/2.0/mlflow/gateway-proxy?gateway_path=http://127.0.0.1/',
      method === 'POST' ? { gateway_path: place.inside } : undefined,
    ],
    expect: [400, 404],
  })),
  {
    hole: 'CVE-2024-3099: names that look alike',
    send: ['POST', 'registered-models/create', { name: 'a/b' }],
    expect: [400],
  },
  {
    hole: 'CVE-2023-43472: what any page may send',
    send: ['POST', 'experiments/create', '{"name":"simple"}', { 'content-type': 'text/plain' }],
    expect: [400],
  },
  {
    hole: 'CVE-2023-6568: the content type in an error page',
    send: ['POST', 'experiments/create', '{}', { 'content-type': '<img src=x onerror=alert(1)>' }],
    expect: [400],
  },
  {
    hole: 'CVE-2025-14279: rebinding',
    send: ['GET', 'experiments/search?max_results=1', undefined, { host: 'evil.example' }],
    expect: [403],
  },
  {
    hole: 'changes across origins below /ajax-api',
    send: ['POST', `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${place.run}&path=x`, 'x', evil],
    expect: [403],
  },
  {
    hole: 'CVE-2025-1473: a form of another page',
    send: [
      'POST',
      '/api/users',
      'name=x',
      { ...evil, 'content-type': 'application/x-www-form-urlencoded' },
    ],
    expect: [403],
  },
  {
    hole: 'CVE-2025-0453: GraphQL in batches',
    send: ['POST', '/graphql', [{ query: '{a}' }, { query: '{a}' }]],
    expect: [400, 501],
  },
  {
    hole: 'CVE-2024-6838: names and places without end',
    send: ['POST', 'experiments/create', { name: 'x'.repeat(1 << 20) }],
    expect: [400],
  },
  {
    hole: 'CVE-2024-6838',
    send: [
      'POST',
      'experiments/create',
      { name: 'l', artifact_location: `s3://${'x'.repeat(1 << 20)}` },
    ],
    expect: [400],
  },
]

async function inside(t: TestContext): Promise<{ url: string; visits: () => number }> {
  let visits = 0
  const server = createServer((socket) => {
    visits++
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { url: `http://127.0.0.1:${port}/secret`, visits: () => visits }
}

test('each hole that was published of MLflow’s server is refused here as it should have been there', async (t) => {
  const { ask } = await mlflowServer(t)
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-victim-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const victim = join(folder, 'victim')
  await writeFile(victim, 'kept')
  const service = await inside(t)
  const place = { ...(await newRun(ask)), inside: service.url, victim }
  const own = `${proxy}/${place.experiment}/${place.run}/artifacts`
  assert.equal((await ask('PUT', `${own}/kept.txt`, 'kept')).status, 200)
  await ask('POST', 'registered-models/create', { name: 'm' })
  let sent = 0
  for (const { hole, send, expect } of probes(place)) {
    const { status, body, headers } = await ask(...send)
    const shown = `${hole}: ${send[0]} ${send[1].slice(0, 200)} ${JSON.stringify(send[2])?.slice(0, 200)} answered ${status} ${JSON.stringify(body).slice(0, 200)}`
    assert.ok(expect.includes(status), shown)
    assert.match(String(headers['content-type']), /json/, shown)
    assert.equal(headers['x-content-type-options'], 'nosniff', shown)
    sent++
  }
  assert.ok(sent > 180, `${sent} probes were sent`)
  assert.equal(await readFile(victim, 'utf8'), 'kept')
  assert.equal((await ask('GET', `${own}/kept.txt`)).body, 'kept')
  assert.equal(service.visits(), 0, 'the server went to an address a caller gave it')
})

test('paths that only look odd are taken: a slash at the end, percent signs that stand for themselves', async (t) => {
  const { ask } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  const own = `${proxy}/${experiment}/${run}/artifacts`
  for (const path of ['dog%step%100', 'ünï/code.txt', 'a b/c..d', '...', '100%']) {
    const address = `${own}/${encodeURIComponent(path)}`
    assert.equal((await ask('PUT', address, 'x')).status, 200, path)
    assert.equal((await ask('GET', address)).body, 'x', path)
  }
  assert.equal((await ask('GET', `artifacts/list?run_id=${run}&path=a%20b/`)).status, 200)
})

test('a prompt’s source is never served, nor any version’s that is not of files kept here', async (t) => {
  const { ask } = await mlflowServer(t)
  const tags = [{ key: 'mlflow.prompt.is_prompt', value: 'true' }]
  await ask('POST', 'registered-models/create', { name: 'p', tags })
  const made = await ask('POST', 'model-versions/create', { name: 'p', source: '/etc', tags })
  assert.equal(made.status, 200)
  const got = await ask('GET', '/model-versions/get-artifact?name=p&version=1&path=passwd')
  assert.equal(got.status, 404)
})

test('active content is handed out as a file of nobody’s origin', async (t) => {
  const { ask } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  for (const name of ['page.html', 'image.svg', 'script.js', 'MLmodel', 'doc.xhtml']) {
    const content = '<script>alert(1)</script>'
    await ask('PUT', `${proxy}/${experiment}/${run}/artifacts/${name}`, content)
    for (const path of [
      `${proxy}/${experiment}/${run}/artifacts/${name}`,
      `/get-artifact?run_id=${run}&path=${name}`,
    ]) {
      const { status, headers } = await ask('GET', path)
      assert.equal(status, 200, path)
      assert.match(String(headers['content-disposition']), /^attachment/, path)
      assert.match(String(headers['content-security-policy']), /default-src 'none'.*sandbox$/, path)
      assert.equal(headers['x-content-type-options'], 'nosniff', path)
    }
  }
})

/** What those of MLflow's calls that once forgot to ask who calls must answer to strangers. */
const guarded = ({ experiment, run }: { experiment: string; run: string }): string[] => [
  `POST /v1/traces`,
  `GET /get-artifact?run_id=${run}&path=kept.txt`,
  `GET /model-versions/get-artifact?name=m&version=1&path=x`,
  `GET /ajax-api/2.0/mlflow/metrics/get-history-bulk?run_id=${run}&metric_key=m`,
  `POST /ajax-api/2.0/mlflow/upload-artifact?run_uuid=${run}&path=x`,
  `GET /ajax-api/2.0/mlflow/get-trace-artifact?request_id=tr-1`,
  `GET /ajax-api/2.0/mlflow/logged-models/m-1/artifacts/files?artifact_file_path=MLmodel`,
  `POST /graphql`,
  `GET ${proxy}/${experiment}/${run}/artifacts/kept.txt`,
  `DELETE ${proxy}/${experiment}/${run}/artifacts/kept.txt`,
  `POST /api/2.0/mlflow-artifacts/mpu/create/${experiment}/${run}/artifacts/x`,
  `POST /api/2.0/mlflow-artifacts/mpu/complete/${experiment}/${run}/artifacts/x`,
  `POST /api/2.0/mlflow-artifacts/mpu/abort/${experiment}/${run}/artifacts/x`,
  `POST /api/2.0/mlflow/runs/log-inputs`,
  `POST /api/2.0/mlflow/runs/outputs`,
  `POST /api/3.0/mlflow/traces`,
  `GET /api/3.0/mlflow/traces/tr-1`,
  `POST /api/3.0/mlflow/traces/search`,
  `POST /api/3.0/mlflow/traces/tr-1/assessments`,
  `GET /api/2.0/mlflow/model-versions/search`,
]

test('no call is open to somebody without a role here, nor to nobody; who may write may not remove files', async (t) => {
  const { server, ask: local } = await mlflowServer(t, { host: '0.0.0.0' })
  const { users, tokens } = server.app.auth
  const token = async (name: string): Promise<Headers> => {
    const made = await tokens.create({ user: name, name: 'walk' })
    return { authorization: `Bearer ${made.token}` }
  }
  const password = 'correct horse battery'
  await users.create({ name: 'editor', kind: 'person', password, role: 'editor' })
  await users.create({ name: 'guest', kind: 'person', password, role: 'viewer', project: 'other' })
  const [editor, guest] = [await token('editor'), await token('guest')]
  const as =
    (headers: Headers): Ask =>
    (method, path, body, more) =>
      asking(server.port)(method, path, body, { ...headers, ...more })
  const place = await newRun(as(editor))
  const own = `${proxy}/${place.experiment}/${place.run}/artifacts/kept.txt`
  assert.equal((await as(editor)('PUT', own, 'kept')).status, 200)
  for (const call of guarded(place)) {
    const [method = '', path = ''] = call.split(' ')
    const body = method === 'POST' ? {} : undefined
    assert.equal((await local(method, path, body)).status, 401, `nobody ${call}`)
    assert.equal((await as(guest)(method, path, body)).status, 403, `a guest ${call}`)
  }
  const removed = await as(editor)('DELETE', own)
  assert.equal(removed.status, 403, 'CVE-2024-4263: an editor removed a file')
  assert.equal((await as(editor)('GET', own)).body, 'kept')

  assert.equal((await local('POST', '/api/users', { name: 'x' })).status, 401, '#9448')
  const signIn = (name: string, tried: string): Promise<{ status: number }> =>
    local('POST', '/api/session', { name, password: tried })
  assert.equal((await signIn('admin', 'password1234')).status, 401, 'CVE-2026-2635')
  for (const weak of ['', 'a', 'password']) {
    const made = users.create({ name: 'weak', kind: 'person', password: weak, role: 'viewer' })
    await assert.rejects(made, /password/, `CVE-2025-11200: ${weak}`)
  }
  const statuses: number[] = []
  for (let i = 0; i < 8; i++) statuses.push((await signIn('editor', `wrong ${i}`)).status)
  assert.equal(statuses.at(-1), 429, '#21554: nobody was made to wait')
})
