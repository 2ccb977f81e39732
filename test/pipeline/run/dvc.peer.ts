import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { add, dvcStatus, loadPipeline, status } from '#pipeline'
import { assignedFiles } from '../../../src/pipeline/experiments/assignment.ts'
import { pythonOf, skipWithoutPeer } from '../../support/peer-python.ts'
import { noted, project, type Project } from '../support/project.ts'

const dvcProgram = join(dirname(pythonOf('dvc')), 'dvc')
const skip = skipWithoutPeer('dvc')

const files = {
  'seed.csv': 'a,b\n1,2\n',
  'params.yaml':
    'rate: 1e-05\none: 1.0\nbig: 12345678901234567890\ntext: "yes"\nlist: [1, 2.50, x]\nitems: [a, b]\n',
  'data/x': 'x\n',
  'data/sub/é': 'y\n',
  'dvc.yaml': `stages:
  prepare:
    cmd: ${noted('prepare', 'cp seed.csv clean.csv')}
    deps: [seed.csv, data]
    params: [rate, one, big, text, list]
    outs: [clean.csv]
  each:
    foreach: \${items}
    do:
      cmd: ${noted('each', 'mkdir -p d-${item} && cp clean.csv d-${item}/copy')}
      deps: [clean.csv]
      outs: ['d-\${item}']
      metrics:
      - m-\${item}.json: {cache: false}
`.replace('d-${item}/copy', 'd-${item}/copy && echo 1 > m-${item}.json'),
}

function dvc(made: Project, ...args: string[]): string {
  const env = { ...made.env, DVC_NO_ANALYTICS: '1', DVC_SITE_CACHE_DIR: join(made.root, '../site') }
  return execFileSync(dvcProgram, args, {
    cwd: made.root,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

test(
  'after our run and add the real DVC has nothing to do, and rewrites nothing',
  { skip },
  async (t) => {
    const made = await project(t, files, { git: true })
    await add(loadPipeline(made.root), ['data'])
    await made.repro()
    assert.deepEqual(made.took(), ['prepare', 'each', 'each'])
    const before = [made.read('dvc.lock'), made.read('data.dvc'), made.read('.gitignore')]
    assert.equal(dvc(made, 'status', '--json').trim(), '{}')
    dvc(made, 'repro')
    assert.deepEqual(made.took(), [])
    assert.deepEqual(
      [made.read('dvc.lock'), made.read('data.dvc'), made.read('.gitignore')],
      before,
    )
  },
)

test(
  'after the real DVC we have nothing to do, rewrite nothing, and restore its runs',
  { skip },
  async (t) => {
    const made = await project(t, files, { git: true })
    dvc(made, 'add', 'data')
    dvc(made, 'repro')
    assert.deepEqual(made.took(), ['prepare', 'each', 'each'])
    const before = made.read('dvc.lock')
    const pipeline = loadPipeline(made.root)
    assert.deepEqual(dvcStatus(pipeline, await status(pipeline)), {})
    assert.equal((await made.repro()).changed, false)
    assert.equal(made.read('dvc.lock'), before)
    made.drop('dvc.lock', 'clean.csv', 'd-a', 'd-b', 'm-a.json', 'm-b.json')
    const { stages } = await made.repro()
    assert.deepEqual(made.took(), [])
    assert.deepEqual(
      stages.map(({ outcome }) => outcome),
      ['restored', 'restored', 'restored'],
    )
    assert.equal(made.read('dvc.lock'), before)
  },
)

const pythonParams = `import os
lr = 0.1  # the rate
epochs: int = 5
flag = True
none = None
layers = [1, 2, 3]
neg = -2

class Train:
    rate = 0.5
    deep = 2
`

/** What real DVC makes of a params file for `exp run -S`, one assignment after the other, each from the same text. */
const overridesOfDvc = `import json, sys
from dvc.utils.hydra import apply_overrides
text, sets = json.load(sys.stdin)
made = []
for each in sets:
    with open('p.py', 'w') as file: file.write(text)
    apply_overrides('p.py', [each])
    with open('p.py') as file: made.append(file.read())
print(json.dumps(made))
`

test(
  'of a Python params file -S makes the bytes that the real DVC makes, where that finds the value at all',
  { skip },
  async (t) => {
    const made = await project(t, { 'p.py': pythonParams })
    const sets = [
      'lr=0.5',
      'lr=2',
      'lr=1e-5',
      'lr=true',
      'epochs=7',
      'flag=false',
      'none=1',
      'neg=-3',
    ]
    sets.push('layers=[4,5.0]', 'layers.0=9', 'Train.rate=0.9', 'Train.deep=3', 'Train={rate: 3}')
    const said = execFileSync(pythonOf('dvc'), ['-c', overridesOfDvc], {
      cwd: made.root,
      input: JSON.stringify([pythonParams, sets]),
      encoding: 'utf8',
    })
    made.write({ 'p.py': pythonParams })
    const ours = sets.map((set) => assignedFiles(made.root, made.root, [`p.py:${set}`]).get('p.py'))
    assert.deepEqual(ours, JSON.parse(said))
    assert.ok(ours.every((text) => text !== pythonParams))
  },
)
