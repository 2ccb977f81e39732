import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { test } from 'node:test'
import { add, addRemote, enqueue, expRun, gc, loadPipeline, push, storageUse } from '#pipeline'
import { noted, project } from '../support/project.ts'

const pipeline = `stages:
  train:
    cmd: ${noted('train', 'cat data params.yaml > model && echo $(wc -c < model) > size.json')}
    deps: [data]
    params: [rate]
    outs: [model]
    metrics:
    - size.json:
        cache: false
`

test('unused is what no commit, experiment or waiting experiment records, which is what gc with the command of the page removes', async (t) => {
  const made = await project(
    t,
    { 'dvc.yaml': pipeline, 'params.yaml': 'rate: 1\n', '.gitignore': '' },
    { git: true },
  )
  for (const version of ['one', 'two', 'three']) {
    made.write({ data: `${version}\n` })
    await add(loadPipeline(made.root), ['data'])
    await made.repro()
    made.git('add', '-A')
    made.git('commit', '-qm', version)
    if (version === 'two') {
      mkdirSync(join(made.root, '../remote'))
      addRemote(made.root, 'store', '../remote', { asDefault: true, from: made.root })
      await push(loadPipeline(made.root))
    }
  }
  await expRun(made.root, { set: ['rate=5'], name: 'fast', temp: true, env: made.env })
  // recorded nowhere but by what waits in the queue
  made.write({ data: 'waiting\n' })
  await add(loadPipeline(made.root), ['data'])
  enqueue(made.root, [['rate=7']])
  // and what nothing records any more
  for (const version of ['tried', 'kept']) {
    made.write({ data: `${version}\n` })
    await add(loadPipeline(made.root), ['data'])
  }

  const use = await storageUse(loadPipeline(made.root))
  const keep = { commits: true, experiments: true }
  const gone = await gc(loadPipeline(made.root), { keep, dry: true, provenOnly: false })
  assert.deepEqual([use.unused?.objects, gone.objects], [1, 1])
  assert.equal(use.unused?.bytes, 'tried\n'.length)
  // data and model of the first commit and of the third, the experiment's model, and what is there now
  assert.equal(use.onlyHere?.objects, 6)
})

test('in a shallow clone, or with a commit that nobody can read, what is unused is not known, and the rest is told', async (t) => {
  const made = await project(t, { data: 'one\n' }, { git: true })
  for (const version of ['one', 'two']) {
    made.write({ data: `${version}\n` })
    await add(loadPipeline(made.root), ['data'])
    made.git('add', '-A')
    made.git('commit', '-qm', version)
  }
  const clone = join(made.root, '../clone')
  const from = pathToFileURL(made.root).href
  execFileSync('git', ['clone', '-q', '--depth', '1', from, clone], { env: made.env })
  const use = await storageUse(loadPipeline(clone))
  assert.deepEqual([use.unused, use.outputs.length], [undefined, 1])

  made.write({ 'data.dvc': '<<<<<<< HEAD\n' })
  made.git('commit', '-qam', 'a conflict')
  made.git('revert', '--no-edit', 'HEAD')
  const whole = await storageUse(loadPipeline(made.root))
  assert.deepEqual([whole.unused, whole.outputs.length], [undefined, 1])
})
