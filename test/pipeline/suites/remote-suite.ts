import assert from 'node:assert/strict'
import { hash, randomBytes } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { TidemillError } from '#contract'
import { remoteAt, type Remote, type RemoteConfig } from '#pipeline'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A remote of a kind, as a test wants it. */
export interface RemoteUnderTest {
  /** One that works, with nothing in it. */
  open(t: TestContext): Promise<RemoteConfig>
  /** One whose bucket, container or folder is not there; `undefined` where there is no such thing. */
  missingPlace?(t: TestContext): Promise<RemoteConfig>
  /** One with wrong keys. */
  wrongKeys?(t: TestContext): Promise<RemoteConfig>
  /** Puts a file there by other means than the remote, for kinds that are only read. */
  place?(path: string, bytes: Buffer): Promise<void>
}

export function failsWith(code: string, word = ''): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof TidemillError, String(error))
    assert.equal(error.code, code, error.message)
    assert.ok(error.message.includes(word), error.message)
    return true
  }
}

/** What every kind of remote must do. */
export function remoteSuite(kind: string, skip: string | false, make: RemoteUnderTest): void {
  const readOnly = make.place !== undefined

  async function setUp(t: TestContext): Promise<{ remote: Remote; folder: string }> {
    const remote = remoteAt(await make.open(t))
    t.after(() => remote.close())
    return { remote, folder: await temporaryFolder(t) }
  }

  async function send(
    remote: Remote,
    folder: string,
    path: string,
    bytes: Buffer,
    onBytes?: (count: number) => void,
  ): Promise<void> {
    if (make.place) return make.place(path, bytes)
    const file = join(folder, 'sent')
    writeFileSync(file, bytes)
    await remote.put(path, file, onBytes)
  }

  const small = Buffer.from('a,b\n1,2\n')
  const path = `files/md5/ab/${'c'.repeat(30)}`

  test(
    `${kind}: what was put is there, comes back byte for byte, and its MD5 is said`,
    { skip },
    async (t) => {
      const { remote, folder } = await setUp(t)
      assert.equal(await remote.stat(path), undefined)
      let [sent, came] = [0, 0]
      await send(remote, folder, path, small, (count) => (sent += count))
      if (!readOnly) assert.equal(sent, small.length)
      assert.equal((await remote.stat(path))?.size, small.length)
      const file = join(folder, 'deep/down/got')
      const md5 = await remote.get(path, file, (count) => (came += count))
      assert.deepEqual([md5, came], [hash('md5', small, 'hex'), small.length])
      assert.deepEqual(readFileSync(file), small)
    },
  )

  test(`${kind}: an empty file and one of 9 MB pass through`, { skip }, async (t) => {
    const { remote, folder } = await setUp(t)
    for (const bytes of [Buffer.alloc(0), randomBytes(9_000_001)]) {
      await send(remote, folder, path, bytes)
      const file = join(folder, `got-${bytes.length}`)
      assert.equal(await remote.get(path, file), hash('md5', bytes, 'hex'))
      assert.equal(statSync(file).size, bytes.length)
    }
  })

  test(
    `${kind}: a copy that was cut off is gone on with`,
    { skip: skip || (kind === 'folder' && 'a folder’s files are copied whole, in one step') },
    async (t) => {
      const { remote, folder } = await setUp(t)
      const bytes = randomBytes(3_000_000)
      await send(remote, folder, path, bytes)
      for (const kept of [1, 1_000_000, bytes.length]) {
        // what came before is believed, so a changed byte in it shows that it was not fetched again
        const before = Buffer.from(bytes.subarray(0, kept))
        before[0] = (before[0] ?? 0) ^ 1
        const file = join(folder, `part-${kept}`)
        writeFileSync(file, before)
        const whole = Buffer.concat([before, bytes.subarray(kept)])
        assert.equal(await remote.get(path, file), hash('md5', whole, 'hex'))
        assert.equal(statSync(file).size, bytes.length)
      }
    },
  )

  test(`${kind}: what is not there is missing, by its path`, { skip }, async (t) => {
    const { remote, folder } = await setUp(t)
    await send(remote, folder, 'files/md5/00/other', small)
    await assert.rejects(
      remote.get(path, join(folder, 'x')),
      failsWith('remote_object_missing', path),
    )
  })

  if (readOnly) {
    test(`${kind}: is never written to, and cannot list`, { skip }, async (t) => {
      const { remote, folder } = await setUp(t)
      writeFileSync(join(folder, 'x'), small)
      await assert.rejects(
        remote.put(path, join(folder, 'x')),
        failsWith('bad_request', 'only be read'),
      )
      await assert.rejects(remote.remove(path), failsWith('bad_request'))
      await assert.rejects(Array.fromAsync(remote.list('runs')), failsWith('bad_request', 'list'))
    })
  } else {
    test(`${kind}: lists what is below a folder, and nothing of another`, { skip }, async (t) => {
      const { remote, folder } = await setUp(t)
      const paths = ['runs/ab/k1/v1', 'runs/ab/k1/v2', 'runs/cd/k2/v3', 'files/md5/ab/cdef']
      for (const each of paths) await send(remote, folder, each, small)
      const runs = await Array.fromAsync(remote.list('runs'))
      assert.deepEqual(runs.toSorted(), paths.slice(0, 3))
      assert.deepEqual(await Array.fromAsync(remote.list('nothing')), [])
    })

    test(`${kind}: what was removed is gone, and putting again replaces`, { skip }, async (t) => {
      const { remote, folder } = await setUp(t)
      await send(remote, folder, path, small)
      await send(remote, folder, path, Buffer.from('new'))
      assert.equal(await remote.get(path, join(folder, 'y')), hash('md5', 'new', 'hex'))
      await remote.remove(path)
      assert.equal(await remote.stat(path), undefined)
    })

    test(`${kind}: many at a time do not get in each other's way`, { skip }, async (t) => {
      const { remote, folder } = await setUp(t)
      const all = Array.from({ length: 40 }, (_, index) => `files/md5/${index % 4}/n${index}`)
      await Promise.all(
        all.map(async (each, index) => {
          const file = join(folder, `out-${index}`)
          writeFileSync(file, `content ${index}`)
          await remote.put(each, file)
          const md5 = await remote.get(each, join(folder, `in-${index}`))
          assert.equal(md5, hash('md5', `content ${index}`, 'hex'))
        }),
      )
      assert.equal((await Array.fromAsync(remote.list('files/md5'))).length, all.length)
    })
  }

  const { missingPlace, wrongKeys } = make
  if (missingPlace) {
    test(`${kind}: a place that is not there is named as such`, { skip }, async (t) => {
      const remote = remoteAt(await missingPlace(t))
      const file = join(await temporaryFolder(t), 'x')
      writeFileSync(file, small)
      await assert.rejects(remote.get(path, `${file}.got`), failsWith('remote_place_missing'))
      if (kind !== 'folder')
        await assert.rejects(remote.put(path, file), failsWith('remote_place_missing'))
      await remote.close()
    })
  }
  if (wrongKeys) {
    test(`${kind}: wrong keys are refused, and said to be`, { skip }, async (t) => {
      const remote = remoteAt(await wrongKeys(t))
      const file = join(await temporaryFolder(t), 'x')
      writeFileSync(file, small)
      await assert.rejects(remote.get(path, `${file}.got`), failsWith('remote_denied'))
      if (!readOnly) await assert.rejects(remote.put(path, file), failsWith('remote_denied'))
      await remote.close()
    })
  }
}
