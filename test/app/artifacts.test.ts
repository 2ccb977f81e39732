import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { httpCaller, operations, TidemillError, type Caller } from '#contract'
import { openQuery } from '#query'
import { numberColumn, tableOf } from '#table'
import { runningServer, temporaryFolder } from '../support/home.ts'

interface Stored {
  readonly url: string
  readonly caller: Caller
  readonly run: string
  put(path: string, body: string | Uint8Array): Promise<void>
}

async function oneRun(t: TestContext): Promise<Stored> {
  const { url } = await runningServer(t)
  const caller = httpCaller({ url })
  const { run } = await caller.call(operations.runs.create, { experiment: 'files' })
  return {
    url,
    caller,
    run: run.id,
    async put(path, body) {
      const bytes = typeof body === 'string' ? Buffer.from(body) : body
      await caller.call(operations.runs.putArtifact, { run: run.id, path }, bytes)
    },
  }
}

const refused = (code: string, pattern: RegExp) => (error: unknown) =>
  error instanceof TidemillError && error.code === code && pattern.test(error.message)

test('no file that somebody stored is a page of this origin, whatever it is called', async (t) => {
  const { url, run, put } = await oneRun(t)
  const script = '<script>alert(1)</script>'
  const names = [
    'x.html',
    'x.htm',
    'x.svg',
    'x.xhtml',
    'x.xml',
    'x.js',
    'x.mjs',
    'x.pdf',
    'x.css',
    'x',
  ]
  for (const name of names) {
    await put(name, script)
    for (const path of [`/api/artifacts/${run}/file`, `/api/runs/${run}/artifact`]) {
      const { headers } = await fetch(`${url}${path}?path=${name}`)
      assert.match(headers.get('content-disposition') ?? '', /^attachment;/, name)
      assert.equal(headers.get('x-content-type-options'), 'nosniff', name)
      const policy = headers.get('content-security-policy') ?? ''
      assert.match(policy, /default-src 'none'/, name)
      assert.match(policy, /(^|; )sandbox$/, `${name}: no scripts, no origin`)
      assert.doesNotMatch(headers.get('content-type') ?? '', /html|javascript|xml;|css|pdf/, name)
      assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', name)
    }
  }
})

test('the pages of the interface load nothing from elsewhere and frame only what they made themselves', async (t) => {
  const { url } = await runningServer(t)
  const policy = (await fetch(`${url}/`)).headers.get('content-security-policy') ?? ''
  const rules = new Map(
    policy.split('; ').map((rule) => {
      const [name = '', ...sources] = rule.split(' ')
      return [name, sources.join(' ')] as const
    }),
  )
  assert.equal(rules.get('script-src'), "'self'")
  assert.equal(rules.get('frame-src'), 'blob:')
  assert.equal(rules.get('object-src'), "'none'")
  assert.equal(rules.get('frame-ancestors'), "'none'")
})

test('a file comes whole or in the part that is asked for, so that film can be wound forward', async (t) => {
  const { url, run, put } = await oneRun(t)
  const content = Buffer.from(Array.from({ length: 50_000 }, (_, i) => i % 251))
  await put('film/clip.mp4', content)
  const address = `${url}/api/artifacts/${run}/file?path=film/clip.mp4`
  const whole = await fetch(address)
  assert.equal(whole.headers.get('content-type'), 'video/mp4')
  assert.equal(whole.headers.get('accept-ranges'), 'bytes')
  assert.deepEqual(Buffer.from(await whole.arrayBuffer()), content)
  for (const [range, from, to] of [
    ['bytes=100-199', 100, 199],
    ['bytes=49990-', 49_990, 49_999],
    ['bytes=-10', 49_990, 49_999],
  ] as const) {
    const part = await fetch(address, { headers: { range } })
    assert.equal(part.status, 206, range)
    assert.equal(part.headers.get('content-range'), `bytes ${from}-${to}/50000`)
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), content.subarray(from, to + 1))
  }
  for (const range of ['bytes=60000-', 'bytes=9-1', 'lines=1-2', 'bytes=-']) {
    assert.equal((await fetch(address, { headers: { range } })).status, 200, range)
  }
})

test('a folder of thousands of files is listed by what lies directly in it', async (t) => {
  const { caller, run, put } = await oneRun(t)
  for (let start = 0; start < 1000; start += 50) {
    const numbers = Array.from({ length: 50 }, (_, i) => start + i)
    await Promise.all(numbers.map((i) => put(`many/part-${i % 10}/file-${i}.txt`, 'x')))
  }
  const list = async (folder?: string) =>
    (
      await caller.call(operations.artifacts.list, {
        owner: run,
        ...(folder === undefined ? {} : { folder }),
      })
    ).entries
  assert.deepEqual(await list(), [{ path: 'many' }])
  assert.equal((await list('many')).length, 10)
  const inside = await list('many/part-3')
  assert.equal(inside.length, 100)
  assert.ok(inside.every((each) => each.size === 1 && (each.digest ?? '').startsWith('sha256:')))
})

test('tables of text and of Parquet are read a page at a time, with their types and their length', async (t) => {
  const { caller, run, put } = await oneRun(t)
  const lines = Array.from({ length: 2500 }, (_, i) => `${i},${i / 4},name ${i}`)
  await put('t.csv', `id,share,name\n${lines.join('\n')}\n`)
  await put('t.tsv', `id\tshare\tname\n${lines.join('\n').replaceAll(',', '\t')}\n`)
  const file = join(await temporaryFolder(t), 't.parquet')
  const query = openQuery()
  const ids = Float64Array.from({ length: 2500 }, (_, i) => i)
  await query.writeParquet(tableOf([numberColumn('id', ids)]), file)
  await query.close()
  await put('t.parquet', await readFile(file))
  for (const path of ['t.csv', 't.tsv', 't.parquet']) {
    const page = await caller.call(operations.artifacts.table, {
      owner: run,
      path,
      offset: 2400,
      limit: 200,
    })
    assert.equal(page.total, 2500, path)
    assert.equal(page.rows.length, 100, path)
    assert.equal(page.rows[0]?.id, 2400, path)
    assert.ok(['number', 'integer'].includes(page.schema[0]?.type ?? ''), path)
  }
})

test('what is no table, is broken, lies elsewhere or belongs to nobody is refused with the reason', async (t) => {
  const { caller, run, put } = await oneRun(t)
  await put('broken.csv', 'a,b\n1,2\n3\n')
  await put('not.parquet', 'a,b\n1,2\n')
  await put('a.txt', 'x')
  const table = (path: string, owner = run) =>
    caller.call(operations.artifacts.table, { owner, path })
  await assert.rejects(table('broken.csv'), refused('csv_malformed', /broken\.csv:3/))
  await assert.rejects(table('not.parquet'), refused('schema_mismatch', /not\.parquet/))
  await assert.rejects(table('a.txt'), refused('bad_request', /no table/))
  await assert.rejects(table('gone.csv'), refused('not_found', /gone\.csv/))
  await assert.rejects(table('../../etc/passwd.csv'), refused('bad_request', /Invalid path/))
  for (const owner of ['nobody', 'm-1', 'tr-1']) {
    await assert.rejects(
      caller.call(operations.artifacts.list, { owner }),
      refused('not_found', new RegExp(owner)),
    )
  }
})
