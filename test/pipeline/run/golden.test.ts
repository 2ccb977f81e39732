import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { dvcStatus, loadPipeline, status } from '#pipeline'
import { readLock, lockText } from '../../../src/pipeline/definition/lock-file.ts'
import { runKey, runValue } from '../../../src/pipeline/cache/run-cache.ts'
import { project } from '../support/project.ts'

const golden = fileURLToPath(new URL('../fixtures/repro/', import.meta.url))
const goldenText = (name: string): string => readFileSync(join(golden, name), 'utf8')

const data = {
  'data/a b/q".txt': 'q"',
  'data/crlf.txt': 'crlf\r\n',
  'data/d\x7fel': 'del',
  'data/empty': '',
  'data/sub-x': 'a',
  'data/sub/y': 'b',
  'data/x.txt': 'hello\n',
  'data/é.txt': 'é',
  'data/\uffe0.txt': 'q',
  'data/\u{1f600}.txt': 'z',
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
    .sort()
}

test('a run writes the dvc.lock and the run cache that DVC wrote, to the byte', async (t) => {
  const made = await project(t, {
    ...data,
    'dvc.yaml': goldenText('dvc.yaml'),
    'params.yaml': goldenText('params.yaml'),
  })
  await made.repro()
  assert.equal(made.read('dvc.lock'), goldenText('dvc.lock'))
  const runs = join(made.root, '.dvc/cache/runs')
  assert.deepEqual(filesUnder(runs), filesUnder(join(golden, 'runs')))
  for (const file of filesUnder(runs)) {
    assert.equal(readFileSync(join(runs, file), 'utf8'), goldenText(join('runs', file)))
  }
  const pipeline = loadPipeline(made.root)
  assert.deepEqual(dvcStatus(pipeline, await status(pipeline)), {})
})

test('the lock of DVC reads and writes back to the byte, and keys its runs', () => {
  const lock = readLock(goldenText('dvc.lock'), 'dvc.lock')
  assert.equal(lockText(lock), goldenText('dvc.lock'))
  const names = filesUnder(join(golden, 'runs')).map((path) => path.split('/').slice(-2))
  for (const [key, value] of names) {
    const stage = [...lock.stages.values()].find((one) => runKey(one) === key)
    assert.ok(stage, key)
    assert.equal(runValue(stage), value)
  }
})
