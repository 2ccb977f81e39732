import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { add, dvcStatus, loadPipeline, status } from '#pipeline'
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
