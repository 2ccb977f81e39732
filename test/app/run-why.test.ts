import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { gitIn } from '../support/git.ts'
import { temporaryFolder, runningServer } from '../support/home.ts'
import { tidemill } from '../support/tidemill.ts'

const { runs, datasets } = operations

test('why a metric changed is answered by code, params, data, packages and seed, each told apart', async (t) => {
  const dir = await temporaryFolder(t)
  const git = gitIn(dir)
  git('init', '-q')
  const commit = async (text: string): Promise<string> => {
    await writeFile(join(dir, 'train.py'), text)
    git('add', 'train.py')
    git('commit', '-qm', 'x')
    return git('rev-parse', 'HEAD').trim()
  }
  const [before, after] = [await commit('k = 5\nfit()\n'), await commit('k = 7\nfit()\n')]
  const server = await runningServer(t, { dir })
  const caller = httpCaller({ url: server.url })
  const imported = async (text: string): Promise<number> => {
    const bytes = Buffer.from(text)
    const done = await caller.call(datasets.import, { name: 'points', file: 'points.csv' }, bytes)
    return done.version.version
  }
  const versions = [
    await imported('x,y\n1,a\n2,b\n3,c\n'),
    await imported('x,y\n1,a\n2,z\n3,c\n4,d\n'),
  ]
  const run = async (
    code: string,
    datasetVersion: number,
    params: Record<string, string>,
    packages: string,
    f1: number,
  ): Promise<string> => {
    const source = { code, dataset: 'points', datasetVersion, dataDigest: `v${datasetVersion}` }
    const made = await caller.call(runs.create, { experiment: 'e', source, params })
    const { id } = made.run
    await caller.call(runs.log, { run: id, metrics: [{ key: 'f1', value: f1 }] })
    const path = 'model/requirements.txt'
    await caller.call(runs.putArtifact, { run: id, path }, Buffer.from(packages))
    return id
  }
  const a = await run(before, versions[0] ?? 0, { k: '5', seed: '1' }, 'numpy==1.0\n', 0.5)
  const b = await run(after, versions[1] ?? 0, { k: '7', seed: '2' }, 'numpy==2.0\n', 0.75)
  const why = await caller.call(runs.why, { run: a, other: b })
  assert.deepEqual(why.causes, ['code', 'params', 'data', 'environment', 'seed'])
  assert.deepEqual(why.metrics, [{ name: 'f1', from: 0.5, to: 0.75, difference: 0.25 }])
  assert.deepEqual(why.code.files[0]?.hunks[0]?.lines, ['-k = 5', '+k = 7', ' fit()'])
  const { columns, ...rows } = why.data.datasets[0]?.rows ?? { columns: [] }
  assert.deepEqual(rows, { same: 2, added: 1, removed: 0, changed: 1 })
  assert.deepEqual(columns, [{ name: 'y', cells: 1, change: 'changed' }])
  assert.deepEqual(why.packages, [{ name: 'numpy', from: '1.0', to: '2.0' }])
  assert.deepEqual(why.seeds, [{ name: 'seed', from: '1', to: '2' }])

  const same = await run(before, versions[0] ?? 0, { k: '5', seed: '1' }, 'numpy==1.0\n', 0.6)
  const chance = await caller.call(runs.why, { run: a, other: same })
  assert.deepEqual(chance.causes, [])
  assert.match(chance.summary[0] ?? '', /chance/)

  const odd = await run('--output=/tmp/x', versions[0] ?? 0, { k: '5' }, '', 0)
  const refused = await caller.call(runs.why, { run: a, other: odd })
  assert.match(refused.code.problem ?? '', /does not have both commits/)

  const said = await tidemill(['runs', 'why', a, b, '--url', server.url], dir)
  assert.equal(said.code, 0, said.stderr)
  assert.match(said.stdout, /-k = 5/)
  assert.match(said.stdout, /rows: 2 same, 1 added, 0 removed, 1 changed/)
  assert.equal(await readFile(join(dir, 'train.py'), 'utf8'), 'k = 7\nfit()\n')
})
