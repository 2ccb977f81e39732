import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { httpCaller, operations, type Rerun } from '#contract'
import { rerun, serveScript } from '#app'
import { mlflowPost } from '../support/mlflow-post.ts'
import { scriptRuns } from '../support/script-run.ts'
import { tidemill } from '../support/tidemill.ts'

const strange = ['--name', 'two words; touch gone', '$HOME', "it's", '']

test('a script is made again with the arguments that its run was made with, or with others, which the new run keeps for the next time', async (t) => {
  const { server, dir, made } = await scriptRuns(t)
  const { tracking } = await server.app.project('default')
  const argv = async (run: string): Promise<readonly unknown[]> => {
    const { params, source, status } = await tracking.run(run)
    return [JSON.parse(params.argv ?? '[]'), source.script?.arguments, status]
  }
  const again = async (...words: readonly string[]): Promise<string> => {
    const home = join(dir, '.tidemill')
    const ended = await tidemill(['runs', 'rerun', '--json', '--home', home, ...words], dir)
    assert.equal(ended.code, 0, ended.stderr)
    return (JSON.parse(ended.stdout) as Rerun).run
  }
  const recorded = ['--alpha', '0.1']
  const first = await made({ 'tidemill.arguments': JSON.stringify(recorded) })
  assert.deepEqual(await argv(await again(first)), [recorded, recorded, 'finished'])
  // No shell reads them.
  const other = await again(first, '--', ...strange)
  assert.deepEqual(await argv(other), [strange, strange, 'finished'])
  const next = await again(other)
  assert.deepEqual(await argv(next), [strange, strange, 'finished'])
  const { source, tags } = await tracking.run(next)
  assert.deepEqual([source.again, tags['tidemill.rerunOf']], [first, other])
  assert.deepEqual(JSON.parse(tags['tidemill.arguments'] ?? ''), strange)
  const changed = await tidemill(
    ['runs', 'rerun', '--home', join(dir, '.tidemill'), first, '--', 'x'],
    dir,
  )
  assert.match(changed.stdout, /argv .*\["x"\]/)
})

test('what a script wrote into a run that was made again is not what the next time goes by', async (t) => {
  const { server, made } = await scriptRuns(t)
  const rooms = await server.app.project('default')
  const serve = (project: string) => serveScript({ home: server.app.home, who: 'u', project })
  const first = await made({ 'tidemill.arguments': '["1"]' })
  const { run } = await rerun(rooms, first, { serve })
  // As what the script itself may write: other params, and another source in the tags.
  await rooms.tracking.log(run, {
    params: { scale: '3' },
    tags: { 'tidemill.arguments': '["--evil"]', 'mlflow.source.name': 'other.py' },
    trust: 'none',
  })
  const next = await rooms.tracking.run((await rerun(rooms, run, { serve })).run)
  assert.deepEqual([next.params.argv, next.params.read], ['["1"]', 'scale: 2'])
})

test('a page sends arguments too; a command or stage takes none, and a tag that is no list is named', async (t) => {
  const { server, made } = await scriptRuns(t)
  const { tracking } = await server.app.project('default')
  const caller = httpCaller({ url: server.url })
  const first = await made()
  let { job } = await caller.call(operations.runs.rerun, { run: first, arguments: strange })
  while (job.state === 'waiting' || job.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 100))
    job = (await caller.call(operations.jobs.get, { id: job.id })).job
  }
  assert.equal(job.state, 'done', job.error)
  const { params } = await tracking.run((job.result as Rerun).run)
  assert.deepEqual(JSON.parse(params.argv ?? ''), strange)
  const zero = caller.call(operations.runs.rerun, { run: first, arguments: ['a\0b'] })
  await assert.rejects(zero, /arguments/)

  const { run: staged } = await caller.call(operations.runs.create, {
    ...{ experiment: 'e', source: { pipelineStage: 'train', code: 'a'.repeat(40) } },
  })
  const given = caller.call(operations.runs.rerun, { run: staged.id, arguments: ['x'] })
  await assert.rejects(given, /arguments are for the scripts of MLflow’s client.*change its params/)
  const wrong = await made({ 'tidemill.arguments': '--alpha 0.5' })
  const asked = caller.call(operations.runs.rerun, { run: wrong })
  await assert.rejects(asked, /tag tidemill\.arguments is no JSON list.*give the arguments/)
  const late = await made()
  await mlflowPost(server, 'runs/set-tag', {
    ...{ run_id: late, key: 'tidemill.arguments', value: '["1"]' },
  })
  await assert.rejects(caller.call(operations.runs.rerun, { run: late }), /came after the run/)
})
