import assert from 'node:assert/strict'
import {
  closeSync,
  ftruncateSync,
  openSync,
  readSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { add, addRemote, loadPipeline, pull, push, status } from '#pipeline'
import { project } from '../support/project.ts'

const size = 5 * 1024 ** 3
/** As md5sum says of zeros that end with `the last`. */
const known = '47e838e1541942fac1157a5e691db47c'
const { bavail, bsize } = statfsSync(tmpdir())
const skip = bavail * bsize > 4 * size ? false : 'there is no room for four files of 5 GB'

/** The last bytes of a file. */
function endOf(file: string): string {
  const handle = openSync(file, 'r')
  const bytes = Buffer.alloc(8)
  readSync(handle, bytes, 0, 8, size - 8)
  closeSync(handle)
  return bytes.toString()
}

test(
  'a file of 5 GB is added, pushed, pulled and checked out, in little memory',
  { skip },
  async (t) => {
    const made = await project(t, {}, { git: true })
    const file = join(made.root, 'large')
    const handle = openSync(file, 'w')
    ftruncateSync(handle, size)
    writeSync(handle, 'the last', size - 8)
    closeSync(handle)
    addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
    const before = process.memoryUsage().rss
    const [added] = await add(loadPipeline(made.root), ['large'])
    assert.deepEqual([added?.md5, added?.size], [known, size])
    assert.equal((await push(loadPipeline(made.root))).objects, 1)
    made.drop('.dvc/cache', 'large')
    assert.equal((await pull(loadPipeline(made.root))).objects, 1)
    assert.deepEqual([statSync(file).size, endOf(file)], [size, 'the last'])
    assert.deepEqual(await status(loadPipeline(made.root)), [])
    assert.ok(process.memoryUsage().rss - before < 200e6)
  },
)
