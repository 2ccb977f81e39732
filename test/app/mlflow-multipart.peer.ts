import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { runningServer } from '../support/home.ts'
import { runPeer, skipWithoutPeer } from '../support/peer-python.ts'

test(
  'MLflow’s own client sends a large file in parts, and one that breaks off leaves nothing',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const { url, app } = await runningServer(t)
    const said = await runPeer('mlflow', ['test/peers/mlflow_multipart.py', url], {
      env: {
        MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD: 'true',
        MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE: String(20 << 20),
        MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE: String(10 << 20),
      },
    })
    assert.deepEqual(JSON.parse(said.trim().split('\n').at(-1) ?? ''), {
      parts: [(3 << 20) + 7, 10 << 20, 10 << 20],
      same: true,
      failed: true,
      there: ['model'],
    })
    const uploads = join(app.home, 'projects/default/uploads')
    const [done, ...others] = await readdir(uploads)
    assert.deepEqual(others, [], 'the one that broke off was aborted')
    assert.deepEqual((await readdir(join(uploads, done ?? ''))).toSorted(), ['done', 'upload.json'])
  },
)
