import assert from 'node:assert/strict'
import { access, chmod, mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tidemill } from '../support/tidemill.ts'

/** Starts the command line as a user with these folders, who sets nothing of Node. */
const started = (cwd: string, folders: Readonly<Record<string, string>>) =>
  tidemill(['--version'], cwd, { NODE_COMPILE_CACHE: '', XDG_CACHE_HOME: '', ...folders })

test('what the command line compiled is kept for its next start where only its user can write', async (t) => {
  const folder = await temporaryFolder(t)
  const below = join(folder, '.cache/tidemill/compiled')
  assert.equal((await started(folder, { HOME: folder })).code, 0)
  assert.equal((await stat(below)).mode & 0o777, 0o700)
  assert.equal((await readdir(below)).length, 1)
  const caches = join(folder, 'elsewhere')
  assert.equal((await started(folder, { HOME: folder, XDG_CACHE_HOME: caches })).code, 0)
  assert.equal((await readdir(join(caches, 'tidemill/compiled'))).length, 1)
})

test('a cache that others can write is not used, and where none can be made the command line works without', async (t) => {
  const folder = await temporaryFolder(t)
  const below = join(folder, '.cache/tidemill/compiled')
  await mkdir(below, { recursive: true })
  await chmod(below, 0o777)
  assert.equal((await started(folder, { HOME: folder })).code, 0)
  assert.deepEqual(await readdir(below), [])
  const { code, stderr } = await started(folder, { HOME: '/dev/null' })
  assert.deepEqual([code, stderr], [0, ''])
})

test('nothing that lies in the present folder is taken for the user’s cache', async (t) => {
  for (const home of ['', '.', 'inside']) {
    const folder = await temporaryFolder(t)
    assert.equal((await started(folder, { HOME: home, XDG_CACHE_HOME: '.cache' })).code, 0)
    for (const place of ['.cache', 'inside']) await assert.rejects(access(join(folder, place)))
  }
})
