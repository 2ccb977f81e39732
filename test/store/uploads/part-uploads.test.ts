import assert from 'node:assert/strict'
import { chmod, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { manualClock, openPartUploads } from '#store'
import { temporaryFolder } from '../../support/home.ts'

const bytes = (said: string): Readable => Readable.from([Buffer.from(said)])

test('a part that was damaged on the disk is found when the parts are put together', async (t) => {
  const folder = await temporaryFolder(t)
  const uploads = await openPartUploads(folder, manualClock(Date.now()))
  const id = await uploads.begin({ owner: 'r', path: 'a', parts: 2 })
  const parts = [
    { number: 2, etag: await uploads.put(id, 2, bytes('two')) },
    { number: 1, etag: await uploads.put(id, 1, bytes('one')) },
  ]
  assert.equal(await text(await uploads.whole(id, parts)), 'onetwo')
  const damaged = join(folder, id, `2-${parts[0]?.etag}`)
  await chmod(damaged, 0o600)
  await writeFile(damaged, 'twa')
  await assert.rejects(text(await uploads.whole(id, parts)), { code: 'object_corrupt' })
})

test('a sender that breaks off leaves no part', async (t) => {
  const folder = await temporaryFolder(t)
  const uploads = await openPartUploads(folder, manualClock(Date.now()))
  const id = await uploads.begin({ owner: 'r', path: 'a', parts: 1 })
  const broken = new Readable({
    read() {
      this.push('half')
      this.destroy(new Error('gone'))
    },
  })
  await assert.rejects(uploads.put(id, 1, broken), /gone/)
  assert.deepEqual(await readdir(join(folder, id)), ['upload.json'])
})

test('an upload that rested for more than a day is swept when the next begins, and at the start', async (t) => {
  const folder = await temporaryFolder(t)
  const clock = manualClock(Date.now())
  const uploads = await openPartUploads(folder, clock)
  const left = await uploads.begin({ owner: 'r', path: 'a', parts: 1 })
  await uploads.put(left, 1, bytes('one'))
  clock.advance(23 * 3_600_000)
  await uploads.begin({ owner: 'r', path: 'b', parts: 1 })
  assert.equal((await uploads.find(left)).path, 'a')
  clock.advance(2 * 3_600_000)
  await openPartUploads(folder, clock)
  assert.deepEqual(await readdir(folder), [])
  await assert.rejects(uploads.find(left), { code: 'not_found' })
})
