import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { pythonOf, skipWithoutPeer } from '../support/peer-python.ts'
import { tidemill } from '../support/tidemill.ts'

const script = `import mlflow

mlflow.set_experiment("of a stage")
with mlflow.start_run(run_name="first"):
    mlflow.log_metric("score", 1.5)
with mlflow.start_run(run_name="second"):
    held = bytearray(b"7" * 200_000_000)
open("out", "w").write(str(len(held)))
`

test(
  'a real MLflow client in a stage tags its runs with the attempt that repro ran, beside what the user tags them with, and they are told what the stage used',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const dir = await temporaryFolder(t)
    await writeFile(join(dir, 'train.py'), script)
    const stage = `cmd: ${pythonOf('mlflow')} train.py\n    deps: [train.py]\n    outs: [out]\n`
    await writeFile(join(dir, 'dvc.yaml'), `stages:\n  train:\n    ${stage}`)
    execFileSync('git', ['init', '--quiet'], { cwd: dir })
    assert.equal((await tidemill(['init', '--quiet'], dir)).code, 0)
    const server = await runningServer(t, { dir })
    const { tracking } = await server.app.project('default')
    const env = {
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_RUN_CONTEXT: '{"team": "red"}',
      TIDEMILL_URL: server.url,
    }
    for (const words of [[], ['--force']]) {
      const ended = await tidemill(['repro', ...words], dir, env)
      assert.equal(ended.code, 0, ended.stderr)
    }
    const { items } = await tracking.search({ order: ['start_time asc'] })
    assert.deepEqual(
      items.map(({ name }) => name),
      ['first', 'second', 'first', 'second'],
    )
    const attempts = items.map(({ tags }) => tags['tidemill.attempt'])
    assert.ok(attempts.every((each) => each !== undefined))
    assert.deepEqual([attempts[0], attempts[2]], [attempts[1], attempts[3]])
    assert.notEqual(attempts[0], attempts[2])
    for (const { tags, metrics } of items) {
      assert.equal(tags.team, 'red')
      assert.ok((metrics['system/stage_wall_seconds'] ?? 0) > 0.5)
      assert.ok((metrics['system/stage_peak_rss_bytes'] ?? 0) > 200e6)
    }
  },
)
