import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'node:test'
import { add, addRemote, loadPipeline, pull, push } from '#pipeline'
import { httpRemote } from '../../../src/pipeline/remotes/http-remote.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { failsWith } from '../suites/remote-suite.ts'
import { project } from '../support/project.ts'

test('a push to where disks are mounted, and none is, is refused and makes nothing; elsewhere new folders are made', async (t) => {
  const made = await project(t, { data: 'a\n' }, { git: true })
  const store = `/mnt/tidemill-test-${process.pid}`
  addRemote(made.root, 'nas', store, { from: made.root, asDefault: true })
  await add(loadPipeline(made.root), ['data'])
  await assert.rejects(push(loadPipeline(made.root)), failsWith('remote_place_missing', 'nas'))
  assert.equal(existsSync(store), false)
  addRemote(made.root, 'near', '../new/a/b', { from: made.root, asDefault: true })
  assert.equal((await push(loadPipeline(made.root))).objects, 1)
  assert.equal(existsSync(join(made.root, '../new/a/b/files')), true)
})

test('a file that DVC 2 and a present folder share goes to both places of a remote', async (t) => {
  // binary: its MD5 is the same for both. The manifest of DVC 2 is named by the MD5 of its text, as the present one is
  const bytes = '\0binary'
  const made = await project(t, { 'now/shared': bytes }, { git: true })
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  const [now] = await add(loadPipeline(made.root), ['now'])
  assert.ok(now)
  const at = (md5: string) => `${md5.slice(0, 2)}/${md5.slice(2)}`
  const manifest = made.read(`.dvc/cache/files/md5/${at(now.md5)}`)
  const shared = /[0-9a-f]{32}/.exec(manifest)?.[0] ?? ''
  const old = manifest.replace('"shared"', '"older"')
  const name = `${hash('md5', old, 'hex')}.dir`
  made.write({
    [`.dvc/cache/${at(name)}`]: old,
    [`.dvc/cache/${at(shared)}`]: bytes,
    'old.dvc': `outs:\n- md5: ${name}\n  size: 7\n  nfiles: 1\n  path: old\n`,
  })
  await push(loadPipeline(made.root))
  const store = (path: string) => readFileSync(join(made.root, '../store', path), 'utf8')
  assert.deepEqual([store(`files/md5/${at(shared)}`), store(at(shared))], [bytes, bytes])
  assert.deepEqual([store(`files/md5/${at(now.md5)}`), store(at(name))], [manifest, old])
  made.drop('.dvc/cache', 'now')
  await pull(loadPipeline(made.root))
  assert.deepEqual([made.read('now/shared'), made.read('old/older')], [bytes, bytes])
})

test('a download over HTTP may take longer than the time without a word that ends it', async (t) => {
  const server = createServer((request, response) => {
    const send = async (): Promise<void> => {
      for (let left = 8; left > 0; left -= 1) {
        response.write('0123456789')
        await delay(request.url === '/silent' && left === 4 ? 1500 : 100)
      }
      response.end()
    }
    send().catch(() => response.destroy())
  })
  t.after(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const options = new Map([['read_timeout', '0.4']])
  const remote = httpRemote({ name: 'web', url: `http://127.0.0.1:${port}`, options })
  const folder = await temporaryFolder(t)
  await remote.get('slow', join(folder, 'slow'))
  assert.equal(readFileSync(join(folder, 'slow'), 'utf8').length, 80)
  await assert.rejects(
    remote.get('silent', join(folder, 'silent')),
    failsWith('remote_unreachable'),
  )
  server.closeAllConnections()
})
