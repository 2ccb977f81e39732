import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { RunningServer } from '#app'
import { gitIn } from './git.ts'
import { runningServer, temporaryFolder } from './home.ts'
import { mlflowPost } from './mlflow-post.ts'

/** Logs with which arguments it ran, as MLflow's client would, which it needs not. */
const script = `import json
import os
import sys
import urllib.request


def send(path, body):
    address = os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/" + path
    headers = {"content-type": "application/json", "authorization": "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"]}
    urllib.request.urlopen(urllib.request.Request(address, json.dumps(body).encode(), headers)).read()


run = os.environ["MLFLOW_RUN_ID"]
scale = open("params.yaml").read().strip()
params = [{"key": "argv", "value": json.dumps(sys.argv[1:])}, {"key": "read", "value": scale}]
send("runs/log-batch", {"run_id": run, "params": params})
send("runs/update", {"run_id": run, "status": "FINISHED"})
`

/** A server whose workspace is a repository with a script, and runs that MLflow's client says the script made. */
export async function scriptRuns(t: TestContext): Promise<{
  readonly server: RunningServer
  readonly dir: string
  readonly tags: Readonly<Record<string, string>>
  /** Answers the identifier of a run that was made with tags, of which `{}` are those of the script. */
  made(more?: Readonly<Record<string, string>>): Promise<string>
}> {
  const dir = await temporaryFolder(t)
  const git = gitIn(dir)
  await writeFile(join(dir, 'train.py'), script)
  await writeFile(join(dir, 'params.yaml'), 'scale: 2\n')
  await writeFile(join(dir, '.gitignore'), '.tidemill\n')
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '-m', 'first')
  const server = await runningServer(t, { dir })
  const tags = {
    'mlflow.source.name': 'train.py',
    'mlflow.source.type': 'LOCAL',
    'mlflow.source.git.commit': git('rev-parse', 'HEAD').trim(),
  }
  const { experiment_id } = await mlflowPost(server, 'experiments/create', { name: 'scripts' })
  return {
    server,
    dir,
    tags,
    async made(more = {}) {
      const pairs = Object.entries({ ...tags, ...more }).map(([key, value]) => ({ key, value }))
      const { run } = await mlflowPost(server, 'runs/create', {
        ...{ experiment_id, run_name: 'scripted', tags: pairs },
      })
      const { run_id: id } = run.info as { run_id: string }
      await mlflowPost(server, 'runs/update', { run_id: id, status: 'FINISHED' })
      return id
    },
  }
}
