import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { test } from 'node:test'
import { operations, httpCaller } from '#contract'
import { rerun, serveScript } from '#app'
import { gitIn } from '../support/git.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { pythonOf, runPeer, skipWithoutPeer } from '../support/peer-python.ts'

const training = `import json
import sys
import mlflow
import yaml

scale = yaml.safe_load(open("params.yaml"))["scale"]
mlflow.set_experiment("scaled")
with mlflow.start_run(run_name="first", tags={"tidemill.arguments": json.dumps(sys.argv[1:])}):
    mlflow.log_params({"scale": scale, "argv": " ".join(sys.argv[1:])})
    mlflow.log_metric("value", 10 * scale)
    mlflow.log_text("of the first commit", "note.txt")
`

test(
  'a run of MLflow’s client is made again by its script at its commit, with its params; what cannot be is said why',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const dir = await temporaryFolder(t)
    const git = gitIn(dir)
    await mkdir(join(dir, 'code'))
    await writeFile(join(dir, 'code/train.py'), training)
    await writeFile(join(dir, 'code/params.yaml'), 'scale: 2\n')
    await writeFile(join(dir, '.gitignore'), '.tidemill\n')
    git('init', '--quiet')
    git('add', '.')
    git('commit', '--quiet', '-m', 'first')
    const server = await runningServer(t, { dir })
    const env = { MLFLOW_TRACKING_URI: server.url }
    await runPeer('mlflow', ['train.py', '--alpha', '0.5'], { cwd: join(dir, 'code'), env })
    const rooms = await server.app.project('default')
    const { tracking } = rooms
    const [run] = (await tracking.search({ experiment: 'scaled' })).items
    assert.ok(run)
    assert.equal(run.tags['mlflow.source.name'], 'train.py')
    await writeFile(join(dir, 'code/train.py'), 'raise SystemExit("not this one")\n')
    await writeFile(join(dir, 'code/params.yaml'), 'scale: 3\n')
    git('commit', '--quiet', '-am', 'second')

    // The Python with MLflow is the one that a shell there would find.
    const before = process.env.PATH ?? ''
    process.env.PATH = `${dirname(pythonOf('mlflow'))}${delimiter}${before}`
    t.after(() => {
      process.env.PATH = before
    })
    const caller = httpCaller({ url: server.url })
    let { job } = await caller.call(operations.runs.rerun, { run: run.id })
    while (job.state === 'waiting' || job.state === 'running') {
      await new Promise((resolve) => setTimeout(resolve, 200))
      job = (await caller.call(operations.jobs.get, { id: job.id })).job
    }
    assert.equal(job.state, 'done', job.error)
    const made = job.result as { run: string; of: string; metrics: unknown; params: unknown }
    assert.equal(made.of, run.id)
    assert.deepEqual(made.metrics, [{ key: 'value', before: 20, after: 20 }])
    assert.deepEqual(made.params, [])
    const again = await tracking.run(made.run)
    assert.deepEqual([again.status, again.experiment], ['finished', 'scaled'])
    assert.equal(again.tags['tidemill.rerunOf'], run.id)
    assert.ok(await tracking.findArtifact(made.run, 'note.txt'))
    assert.equal(again.params.argv, '--alpha 0.5')
    const serve = (project: string) => serveScript({ home: server.app.home, who: 'u', project })
    const other = await rerun(rooms, made.run, { serve, unmarked: true, arguments: ['a b'] })
    assert.deepEqual(other.params, [{ key: 'argv', before: '--alpha 0.5', after: 'a b' }])
    const kept = await tracking.run((await rerun(rooms, other.run, { serve })).run)
    assert.deepEqual([kept.params.argv, kept.params.scale], ['a b', '2'])
    assert.match(git('worktree', 'list'), /^[^\n]*\n$/, 'no work tree is left')

    const { script: recorded, rerun: trust } = run.source
    assert.ok(recorded)
    assert.equal(recorded.commit?.length, 40)
    const like = async (more: Partial<typeof recorded>) => {
      const source = { script: { ...recorded, ...more }, ...(trust ? { rerun: trust } : {}) }
      return (await tracking.create({ experiment: 'scaled', user: 'u', source })).id
    }
    const cases: readonly (readonly [Partial<typeof recorded>, RegExp])[] = [
      [{ type: 'NOTEBOOK' }, /made in a notebook.*commit them as a script/],
      [{ name: 'other.py' }, /other\.py is not one script of commit/],
      [{ commit: '0'.repeat(40) }, /has no commit 000000000000; fetch it/],
      [{ type: 'JOB' }, /is no Python script of a repository/],
    ]
    for (const [more, said] of cases) {
      await assert.rejects(rerun(rooms, await like(more)), said)
    }
    const script = { name: 'train.py', type: 'LOCAL' }
    const bare = await tracking.create({ experiment: 'scaled', user: 'u', source: { script } })
    await assert.rejects(rerun(rooms, bare.id), /recorded no commit/)
    const tagged = await tracking.create({ experiment: 'scaled', user: 'u', tags: run.tags })
    await assert.rejects(rerun(rooms, tagged.id), /its script is in tags alone/)

    const vision = await server.app.project('vision', { make: true })
    const { id: there } = await vision.tracking.create({
      ...{ experiment: 'scaled', user: 'u', params: { scale: 2 } },
      ...{ source: run.source, tags: run.tags },
    })
    const elsewhere = await rerun(vision, there, { serve })
    const { metrics } = await vision.tracking.run(elsewhere.run)
    assert.deepEqual(metrics, { value: 20 }, 'in a project that the client does not name')
  },
)
