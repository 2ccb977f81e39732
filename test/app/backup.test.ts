import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { backupHome, openApp, restoreHome } from '#app'
import { makeSigningKey, readSigningKey } from '../../src/app/signing-keys.ts'
import { temporaryFolder } from '../support/home.ts'

test('a backup that is made while others write holds every file that its databases name, the keys, and every project', async (t) => {
  const dir = await temporaryFolder(t)
  const home = join(dir, 'home')
  const app = await openApp({ home })
  t.after(() => app.close())
  // A project may be called like a folder of the home.
  const rooms = [await app.project('default'), await app.project('backups', { make: true })]
  const written: string[] = []
  async function write(): Promise<void> {
    for (const { tracking } of rooms) {
      const { id } = await tracking.create({ experiment: 'e', user: 'u' })
      await tracking.putArtifact(id, 'a.txt', Readable.from([`of ${id}`]))
      written.push(id)
    }
  }
  await write()
  const before = [...written]
  const key = await makeSigningKey(home, 'release')
  const sealed = await rooms[0]?.sealed.seal('a secret')
  const upload = await rooms[0]?.uploads.begin({ owner: 'r', path: 'a', parts: 1 })
  await rooms[0]?.uploads.put(upload ?? '', 1, Readable.from([Buffer.from('half')]))

  let writing: Promise<void> = Promise.resolve()
  const file = join(dir, 'home.tgz')
  await backupHome(home, file, () => void (writing = writing.then(write)))
  await writing
  assert.ok(written.length > before.length, 'something was written meanwhile')

  const restored = join(dir, 'restored')
  await restoreHome(file, restored, { replace: false, dry: false })
  const again = await openApp({ home: restored })
  t.after(() => again.close())
  let files = 0
  for (const name of ['default', 'backups']) {
    const { tracking, objects } = await again.project(name)
    for (const { id } of (await tracking.search({ limit: 1000 })).items) {
      for (const { path, digest } of await tracking.artifacts(id)) {
        assert.ok(await objects.stat(digest as never), `${name}: ${path} of ${id}`)
        assert.equal(await text(await tracking.artifact(id, path)), `of ${id}`)
        files++
      }
    }
  }
  assert.ok(files >= before.length, `${files} files`)
  assert.match(await readSigningKey(restored, 'release'), /PRIVATE KEY/)
  assert.equal((await stat(join(restored, 'keys/release.pem'))).mode & 0o777, 0o600)
  assert.ok(key.id.length > 0)
  const { sealed: opened, uploads } = await again.project('default')
  assert.equal(await opened.open(sealed ?? ''), 'a secret')
  await assert.rejects(uploads.find(upload ?? ''), { code: 'not_found' })
})
