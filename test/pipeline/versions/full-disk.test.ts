import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { add, addRemote, loadPipeline, pull, push, setCacheFolder, status } from '#pipeline'
import { smallDisk } from '../../support/small-disk.ts'
import { failsWith } from '../suites/remote-suite.ts'
import { project } from '../support/project.ts'

function files(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
}

test('a disk that fills during add, push and pull: each says so, leaves nothing half, and completes when there is space', async (t) => {
  const disk = await smallDisk(t, 12)
  if (disk === undefined) return
  const made = await project(t, {}, { git: true })
  const data = randomBytes(7_000_000)
  writeFileSync(join(made.root, 'large'), data)
  const filler = join(disk, 'filler')
  const fill = () => writeFileSync(filler, Buffer.alloc(8_000_000))
  const load = () => loadPipeline(made.root)

  // the cache is on the full disk
  setCacheFolder(made.root, join(disk, 'cache'))
  fill()
  await assert.rejects(add(load(), ['large']), failsWith('disk_full'))
  assert.deepEqual(files(disk), ['filler'])
  rmSync(filler)
  await add(load(), ['large'])

  // the remote is
  setCacheFolder(made.root, undefined)
  rmSync(join(disk, 'cache'), { recursive: true })
  await add(load(), ['large'])
  addRemote(made.root, 'store', join(disk, 'store'), { from: made.root, asDefault: true })
  fill()
  await assert.rejects(push(load()), failsWith('disk_full'))
  assert.deepEqual(files(disk), ['filler'])
  rmSync(filler)
  assert.equal((await push(load())).objects, 1)

  // the cache is again, and the data comes from elsewhere
  const store = join(made.root, '../store')
  addRemote(made.root, 'near', store, { from: made.root, asDefault: true })
  await push(load())
  rmSync(join(disk, 'store'), { recursive: true })
  made.drop('.dvc/cache', 'large')
  setCacheFolder(made.root, join(disk, 'cache'))
  fill()
  await assert.rejects(pull(load()), failsWith('disk_full'))
  assert.deepEqual(files(disk), ['filler'])
  rmSync(filler)
  await pull(load())
  assert.ok(readFileSync(join(made.root, 'large')).equals(data))
  assert.deepEqual(await status(load()), [])
})
