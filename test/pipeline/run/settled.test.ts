import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { add, loadPipeline, openRepository } from '#pipeline'
import { isSettled } from '../../../src/pipeline/settled.ts'
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
