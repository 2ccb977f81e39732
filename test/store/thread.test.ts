import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import module from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { test } from 'node:test'
import { threadBeside } from '../../src/store/thread.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('a thread takes what it loads from the cache that its process takes it from', async (t) => {
  const folder = await temporaryFolder(t)
  if (module.getCompileCacheDir() === undefined) module.enableCompileCache(join(folder, 'cache'))
  writeFileSync(
    join(folder, 'worker.js'),
    `require('node:worker_threads').parentPort.postMessage(require('node:module').getCompileCacheDir())`,
  )
  const worker = threadBeside(pathToFileURL(join(folder, 'here.js')).href)
  t.after(() => worker.terminate())
  assert.deepEqual(await once(worker, 'message'), [module.getCompileCacheDir()])
})
