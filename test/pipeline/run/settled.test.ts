import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { add, loadPipeline, openRepository, repro } from '#pipeline'
import { isSettled } from '../../../src/pipeline/settled.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { noted, project } from '../support/project.ts'

test('after a run with nothing to do nothing is read again, until anything changes that could make a stage run', async (t) => {
  const made = await project(
    t,
    {
      seed: 's\n',
      'data/x': 'x\n',
      'data/deep/y': 'y\n',
      'params.yaml': 'p: 1\n',
      'sub/keep': '',
      'dvc.yaml': `stages:
  s:
    cmd: '${noted('s', 'mkdir -p out && cat seed data/x > out/one && grep p params.yaml > m')}'
    deps: [seed, data]
    params: [p]
    outs: [out]
    metrics: [m: {cache: false}]
    meta: {env: [MODE]}
`,
    },
    { git: true },
  )
  await add(loadPipeline(made.root), ['data'])
  const env = { ...made.env, MODE: 'a' }
  const at = (path: string): string => join(made.root, path)
  const rest = async (): Promise<void> => {
    await made.repro({ env })
    // what is younger than the clock's grain is not noted
    await delay(60)
    await made.repro({ env })
    assert.equal(isSettled(made.root, env), true)
  }
  await rest()
  assert.equal(isSettled(at('sub'), env), false, 'another folder, another pipeline')
  assert.equal(isSettled(made.root, { ...env, OTHER: '1' }), true)
  assert.equal(isSettled(made.root, { ...env, MODE: 'b' }), false)
  assert.equal(isSettled(made.root, made.env), false, 'a variable that is not set')
  const { cache } = openRepository(made.root)
  const object = cache.path('401b30e3b8b5d629635a5c613cdb7919') // md5 of "x\n"
  const changes: Readonly<Record<string, () => void>> = {
    'a dependency': () => writeFileSync(at('seed'), 'S\n'),
    'a dependency of the same size and time': () => {
      writeFileSync(at('seed'), 'Z\n')
      utimesSync(at('seed'), 1e9, 1e9)
    },
    'a file deep in a folder': () => writeFileSync(at('data/deep/y'), 'Y\n'),
    'a new file in a folder': () => writeFileSync(at('data/deep/new'), ''),
    'a file less': () => rmSync(at('data/deep/new')),
    'a parameter': () => writeFileSync(at('params.yaml'), 'p: 2\n'),
    'an output': () => writeFileSync(at('out/one'), 'other\n'),
    'an output less': () => rmSync(at('out'), { recursive: true }),
    'a metric': () => writeFileSync(at('m'), 'q\n'),
    'the lock': () => rmSync(at('dvc.lock')),
    'an object less': () => rmSync(object),
    'a new pipeline in a folder': () =>
      writeFileSync(at('sub/dvc.yaml'), 'stages:\n  t: {cmd: "true", deps: [keep]}\n'),
    'a new folder': () => mkdirSync(at('more')),
    'what is ignored': () => writeFileSync(at('.dvcignore'), '/nothing\n'),
    'the configuration': () => writeFileSync(at('.dvc/config'), '[cache]\n    type = copy\n'),
    'a right to execute': () => chmodSync(at('seed'), 0o755),
  }
  for (const [what, change] of Object.entries(changes)) {
    change()
    assert.equal(isSettled(made.root, env), false, what)
    await rest()
  }
  mkdirSync(at('.dvc/tmp/tidemill/running'), { recursive: true })
  writeFileSync(at('.dvc/tmp/tidemill/running/s'), '{}')
  assert.equal(isSettled(made.root, env), false, 'a killed run left something to end')
})

test('what changes while a run looks for something to do is not taken for settled', async (t) => {
  const away = join(await temporaryFolder(t), 'away')
  const pipeline = `stages:
  first: {cmd: cp params.yaml one, params: [p], deps: ['${away}'], outs: [one]}
  last: {cmd: cp one two, deps: [one], outs: [two], meta: {env: [MODE]}}
`
  const made = await project(t, { 'params.yaml': 'p: 1\n', 'dvc.yaml': pipeline })
  const at = (path: string): string => join(made.root, path)
  writeFileSync(away, 'a\n')
  /** Looks, does something after the first stage was found to be up to date, and rests. */
  const look = async (change: () => void): Promise<void> => {
    let isDone = false
    const env = {
      ...made.env,
      get MODE() {
        if (!isDone) change()
        isDone = true
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60)
        return 'a'
      },
    }
    await delay(60)
    const { changed } = await made.repro({ env })
    assert.equal(changed, false)
  }
  const settled = (): boolean => isSettled(made.root, { ...made.env, MODE: 'a' })
  const changes: Readonly<Record<string, () => void>> = {
    'a parameter': () => writeFileSync(at('params.yaml'), 'p: 2\n'),
    'the pipeline': () =>
      writeFileSync(at('dvc.yaml'), pipeline.replace('cp one two', 'cat one > two')),
    'an output': () => writeFileSync(at('one'), 'other\n'),
    'a dependency outside of the repository that goes': () => rmSync(away),
  }
  for (const [what, change] of Object.entries(changes)) {
    await made.repro({ env: { ...made.env, MODE: 'a' } })
    // On a busy machine something of the run before may be younger than the look.
    for (let tries = 0; tries < 5 && !settled(); tries++) await look(() => undefined)
    assert.equal(settled(), true, what)
    rmSync(at('.dvc/tmp/tidemill/settled'))
    await look(change)
    assert.equal(settled(), false, what)
  }
})

test('a pipeline that was read before its file changed is not taken for settled', async (t) => {
  const made = await project(t, {
    seed: '',
    'dvc.yaml': 'stages:\n  s: {cmd: "true", deps: [seed]}\n',
  })
  await made.repro()
  const pipeline = loadPipeline(made.root)
  made.write({ 'dvc.yaml': 'stages:\n  s: {cmd: "false", deps: [seed]}\n' })
  await delay(60)
  assert.equal((await repro(pipeline, { env: made.env })).changed, false)
  assert.equal(isSettled(made.root, made.env), false)
})
