import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { runPeer, skipWithoutPeer } from '../support/peer-python.ts'

test(
  'the demonstration that MLflow brings fills this server as its own, with all of its parts',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const { url } = await runningServer(t)
    const cwd = await temporaryFolder(t)
    const words = ['-m', 'mlflow', 'demo', '--tracking-uri', url, '--no-browser']
    const said = await runPeer('mlflow', words, { cwd })
    for (const part of ['traces', 'evaluation', 'prompts', 'judges', 'issues', 'review_queues']) {
      assert.match(said, new RegExp(`Generated: .*${part}`, 's'))
    }
    const caller = httpCaller({ url })
    const { traces } = await caller.call(operations.traces.search, { limit: 200 })
    assert.ok(traces.length > 10, `${traces.length} traces`)
    const { datasets } = await caller.call(operations.evaluationDatasets.search, {})
    assert.ok(datasets.length > 0)
    assert.ok(traces.some((trace) => trace.assessments.some(({ kind }) => kind === 'issue')))
  },
)
