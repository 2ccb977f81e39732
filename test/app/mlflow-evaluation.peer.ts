import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { runPeer, skipWithoutPeer } from '../support/peer-python.ts'

test(
  'MLflow’s own client keeps evaluation data sets, scorers and webhooks here',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const dir = await temporaryFolder(t)
    await mkdir(join(dir, '.tidemill'))
    await writeFile(join(dir, '.tidemill/config.yaml'), 'webhooks:\n  allowPrivate: true\n')
    const { url } = await runningServer(t, { dir })
    const hook = createServer((_request, response) => void response.end('inside'))
    await new Promise<void>((resolve) => void hook.listen(0, '127.0.0.1', resolve))
    t.after(() => hook.close())
    const address = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`
    const said = await runPeer('mlflow', ['test/peers/mlflow_evaluation.py', url, address])
    assert.deepEqual(JSON.parse(said.trim().split('\n').at(-1) ?? ''), {
      records: ['one', 'two'],
      merged: { a: '1', b: 'x' },
      found: ['questions'],
      none: 0,
      experiments: true,
      profile: 2,
      'taken back': ['one', 'two'],
      deleted: 0,
      scorers: [['exact', 2]],
      versions: [1, 2],
      left: [2],
      own: [['short'], 'short', null],
      stopped: null,
      'by itself': 'INVALID_PARAMETER_VALUE',
      webhook: ['w', 'ACTIVE', ['registered_model.created']],
      tried: [true, 200, null],
      listed: ['changed'],
    })
  },
)
