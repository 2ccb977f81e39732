import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { openApp, startServer } from '#app'
import { operations, TidemillError, type ErrorCode } from '#contract'
import { openedProject, temporaryFolder, runningServer } from '../support/home.ts'

const text = (lines: string): Uint8Array => new TextEncoder().encode(lines)

function refused(code: ErrorCode, pattern: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof TidemillError, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, pattern)
    return true
  }
}

test('a CSV that cannot be read says where, and leaves no dataset behind', async (t) => {
  const { caller } = await openedProject(t)
  const bring = (name: string, bytes: Uint8Array) =>
    caller.call(operations.datasets.import, { name, file: `${name}.csv` }, bytes)
  await assert.rejects(
    bring('ragged', text('a,b\n1,2\n3\n')),
    refused('csv_malformed', /ragged\.csv:3: 1 fields where the header has 2/),
  )
  await assert.rejects(
    bring('wide', text('a,b\n1,2,3\n')),
    refused('csv_malformed', /wide\.csv:2: 3 fields/),
  )
  await assert.rejects(
    bring('quote', text('a,b\n1,"2\n')),
    refused('csv_malformed', /quote is opened and never closed/),
  )
  await assert.rejects(
    bring('latin', Uint8Array.of(97, 10, 0xe9, 10)),
    refused('csv_encoding', /first bad byte at offset 2/),
  )
  await assert.rejects(
    bring('twice', text('a,a\n1,2\n')),
    refused('csv_duplicate_header', /"a" more than once/),
  )
  await assert.rejects(
    bring('case', text('a,A\n1,2\n')),
    refused('csv_duplicate_header', /"A" more than once/),
  )
  await assert.rejects(bring('empty', text('a,b\n')), refused('csv_empty', /no rows/))
  await assert.rejects(bring('nothing', text('')), refused('csv_empty', /no rows/))
  const { datasets } = await caller.call(operations.datasets.list, {})
  assert.deepEqual(datasets, [])
})

test('a damaged Parquet file and a malformed line of JSON are mistakes in the file, not in the server', async (t) => {
  const { caller } = await openedProject(t)
  const bring = (file: string, bytes: Uint8Array) =>
    caller.call(operations.datasets.import, { name: 'broken', file }, bytes)
  await assert.rejects(
    bring('broken.parquet', text('PAR1 and nothing else PAR1')),
    refused('schema_mismatch', /broken\.parquet cannot be read as Parquet/),
  )
  await assert.rejects(
    bring('broken.jsonl', text('{"a": 1}\n{"a": x}\n')),
    refused('schema_mismatch', /broken\.jsonl cannot be read as JSON lines/),
  )
  const { datasets } = await caller.call(operations.datasets.list, {})
  assert.deepEqual(datasets, [])
})

test('a byte order mark, quoted line ends and a semicolon are no problem', async (t) => {
  const { caller } = await openedProject(t)
  const { version } = await caller.call(
    operations.datasets.import,
    { name: 'fine', file: 'fine.csv' },
    text('\uFEFFname;note\n"Ann";"two\nlines"\nBob;plain\n'),
  )
  assert.equal(version.rows, 2)
  assert.deepEqual(
    version.schema.map((field) => field.name),
    ['name', 'note'],
  )
})

test('a model file that is not ONNX cannot be registered', async (t) => {
  const { caller } = await openedProject(t)
  const { run } = await caller.call(operations.runs.create, { experiment: 'e' })
  await caller.call(
    operations.runs.putArtifact,
    { run: run.id, path: 'model/model.onnx' },
    text('this is no model'),
  )
  await assert.rejects(
    caller.call(operations.models.register, { name: 'm', run: run.id }),
    refused('model_invalid', /not an ONNX file/),
  )
})

test('a declaration with an unknown field changes nothing', async (t) => {
  const { caller } = await openedProject(t)
  await assert.rejects(
    caller.call(operations.loop.apply, {
      text: 'datasets:\n  a: { source: x.csv, colour: red }\n',
      file: 'tidemill.yaml',
    }),
    refused('declaration_invalid', /^tidemill\.yaml:2:\d+: datasets\.a has no field "colour"/),
  )
})

test('a user’s SQL reads datasets and nothing else', async (t) => {
  const { caller } = await openedProject(t)
  for (const sql of [
    "select * from read_csv('/etc/passwd')",
    "copy (select 1) to '/tmp/x'",
    'select * from nowhere',
    'select 1; select 2',
  ]) {
    await assert.rejects(
      caller.call(operations.datasets.query, { sql }),
      refused('query_failed', /./),
    )
  }
})

test('a taken port is named, with what to do', async (t) => {
  const blocker = createServer().listen(0, '127.0.0.1')
  await new Promise((listening) => blocker.once('listening', listening))
  t.after(() => blocker.close())
  const { port } = blocker.address() as { port: number }
  const home = join(await temporaryFolder(t), '.tidemill')
  await assert.rejects(
    startServer({ home, host: '127.0.0.1', port, logLevel: 'silent' }),
    refused('port_taken', new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is taken`)),
  )
})

test('a damaged database is named and left as it is', async (t) => {
  const home = join(await temporaryFolder(t), '.tidemill')
  await mkdir(join(home, 'projects/default'), { recursive: true })
  await writeFile(
    join(home, 'projects/default/metadata.db'),
    'this is not a database, whatever its name says'.repeat(100),
  )
  const app = await openApp({ home })
  t.after(() => app.close())
  await assert.rejects(app.project('default'), refused('home_corrupt', /metadata\.db is damaged/))
})

test('a home of a newer version is refused and not changed', async (t) => {
  const { app } = await openedProject(t)
  const rooms = await app.project('default')
  await rooms.metadata.execute(
    'insert into schema_migrations (room, number, name, digest, applied_at) values (?, ?, ?, ?, ?)',
    [['lake', 999, 'from the future', 'x', 0]],
  )
  const again = await openApp({ home: app.home })
  t.after(() => again.close())
  await assert.rejects(again.project('default'), refused('home_newer', /newer Tidemill/))
})

test('over HTTP a problem document says what is wrong, by field, with the request’s id', async (t) => {
  const { url } = await runningServer(t)
  const post = (
    path: string,
    body: string,
    headers: Record<string, string> = {},
  ): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'mine', ...headers },
      body,
    })
  const malformed = await post('/api/plan', '{"text": ')
  assert.equal(malformed.status, 400)
  assert.match(malformed.headers.get('content-type') ?? '', /problem\+json/)
  const wrong = await post('/api/endpoints/none/predict', '{"rows": "many"}')
  const problem = (await wrong.json()) as {
    code: string
    detail: string
    requestId: string
    hint: string
  }
  assert.equal(problem.code, 'invalid_input')
  assert.match(problem.detail, /rows must be array/)
  assert.equal(problem.requestId, 'mine')
  assert.ok(problem.hint.length > 0)
  const text5 = await post('/api/endpoints/none/predict', '{"rows": [{"a": {"b": 1}}]}')
  assert.equal(text5.status, 400)
  const unknown = await fetch(`${url}/api/nothing`)
  assert.equal(unknown.status, 404)
})
