import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { mlflowPeer } from '../support/mlflow-peer.ts'
import { runPeer, skipWithoutPeer } from '../support/peer-python.ts'

test(
  'MLflow’s own client is told the same of issues and of prompts that traces used by us as by a real MLflow server',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const own = await runningServer(t)
    const peer = await mlflowPeer(t, join(await temporaryFolder(t), 'mlflow'))
    const seenBy = async (url: string): Promise<unknown> => {
      const said = await runPeer('mlflow', ['test/peers/mlflow_issues.py', url])
      return JSON.parse(said.trim().split('\n').at(-1) ?? '')
    }
    assert.deepEqual(await seenBy(own.url), await seenBy(peer.url))
  },
)
