import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { brotliCompressSync } from 'node:zlib'
import { serve } from './support/serve.ts'

async function webFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-web-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>The app</title>')
  await writeFile(join(folder, 'assets/main-1a2b.js'), 'let plain')
  await writeFile(join(folder, 'assets/main-1a2b.js.br'), brotliCompressSync('let plain'))
  return folder
}

test('hashed files are kept for ever, and sent packed to who can unpack them', async (t) => {
  const { ask } = await serve(t, [], { webFolder: await webFolder(t) })
  const plain = await ask('/assets/main-1a2b.js')
  assert.equal(plain.text, 'let plain')
  assert.match(String(plain.headers['cache-control']), /max-age=31536000.*immutable/)
  const packed = await ask('/assets/main-1a2b.js', { headers: { 'accept-encoding': 'br' } })
  assert.equal(packed.headers['content-encoding'], 'br')
  assert.equal(packed.headers['x-content-type-options'], 'nosniff')
})

test('a path of the interface gets its page, never kept; a path of the API never does', async (t) => {
  const { ask } = await serve(t, [], { webFolder: await webFolder(t) })
  const headers = { accept: 'text/html' }
  for (const path of ['/', '/models/knn', '/runs?sort=f1']) {
    const { status, text, headers: got } = await ask(path, { headers })
    assert.equal(status, 200, path)
    assert.match(text, /The app/)
    assert.equal(got['cache-control'], 'no-cache')
  }
  for (const path of ['/api/none', '/v2/none', '/assets/none.js', '/metrics/x']) {
    assert.equal((await ask(path, { headers })).status, 404, path)
  }
  assert.equal((await ask('/models/knn', { headers: { accept: 'application/json' } })).status, 404)
  assert.equal((await ask('/models/knn', { method: 'POST', headers })).status, 404)
})

test('nothing outside the folder is served', async (t) => {
  const { ask } = await serve(t, [], { webFolder: await webFolder(t) })
  for (const path of [
    '/assets/../../../etc/passwd',
    '/assets/..%2f..%2f..%2fetc/passwd',
    '/assets/%2e%2e/%2e%2e/etc/passwd',
    '/assets/..%5c..%5cetc/passwd',
    '/assets/%252e%252e/etc/passwd',
    '//etc/passwd',
  ]) {
    const { status, text } = await ask(path)
    assert.ok(status >= 400, `${path} ${status}`)
    assert.doesNotMatch(text, /root:/)
  }
})

test('where the interface was not built a browser is told how to build it, and a caller of the API what is not there', async (t) => {
  const { ask } = await serve(t, [], { webFolder: join(await webFolder(t), 'none') })
  const headers = { accept: 'text/html' }
  const page = await ask('/runs', { headers })
  assert.equal(page.status, 404)
  assert.match(page.text, /"code":"pages_missing".*npm run build/)
  assert.match((await ask('/api/none', { headers })).text, /"code":"not_found"/)
})
