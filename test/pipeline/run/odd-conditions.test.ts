import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { TidemillError } from '#contract'
import { add, checkout, loadPipeline, openRepository, repro, status } from '#pipeline'
import { hashFile } from '../../../src/pipeline/files/hash-file.ts'
import { smallDisk } from '../../support/small-disk.ts'
import { noted, project } from '../support/project.ts'

const copyStage = `stages:\n  s: {cmd: '${noted('s', 'cp seed out')}', deps: [seed], outs: [out]}\n`

function isError(code: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof TidemillError, String(error))
    assert.equal(error.code, code, error.message)
    return true
  }
}

test('a clock that went back hides no change: content decides, whatever the times', async (t) => {
  const made = await project(t, { seed: 'one\n', 'dvc.yaml': copyStage })
  let now = 2_000_000_000_000
  await repro(loadPipeline(made.root), { env: made.env }, { now: () => (now -= 1000) })
  made.took()
  const past = new Date('2001-01-01')
  made.write({ seed: 'two\n' })
  utimesSync(join(made.root, 'seed'), past, past)
  await repro(loadPipeline(made.root), { env: made.env }, { now: () => 1000 })
  assert.deepEqual(made.took(), ['s'])
  assert.equal(made.read('out'), 'two\n')
  // the same size and the same time of writing: the entry's own change tells
  const { mtime } = statSync(join(made.root, 'seed'))
  await delay(30)
  made.write({ seed: 'six\n' })
  utimesSync(join(made.root, 'seed'), mtime, mtime)
  await made.repro()
  assert.equal(made.read('out'), 'six\n')
})

test('a file that changes while it is hashed is read again, and refused when it does not rest', async (t) => {
  const made = await project(t)
  const file = join(made.root, 'big')
  writeFileSync(file, Buffer.alloc(8 << 20))
  let writes = 0
  const restless = setInterval(() => writeFileSync(file, Buffer.alloc(8 << 20, (writes += 1))), 1)
  await assert.rejects(hashFile(file), isError('conflict'))
  clearInterval(restless)
  assert.ok(writes > 0)
  // md5 of 8 MiB of zeros, by md5sum
  writeFileSync(file, Buffer.alloc(8 << 20))
  const known = execFileSync('md5sum', [file], { encoding: 'utf8' }).slice(0, 32)
  assert.equal((await hashFile(file)).md5, known)
})

test('links that lead round in a circle are named or passed over, and nothing hangs', async (t) => {
  const made = await project(t, { 'data/x': 'x\n' })
  symlinkSync('..', join(made.root, 'data/up'))
  await add(loadPipeline(made.root), ['data'])
  assert.deepEqual(await status(loadPipeline(made.root)), [])
  assert.equal(
    /nfiles: 1/.test(made.read('data.dvc')),
    true,
    'a folder behind a link is not followed',
  )
  symlinkSync('b', join(made.root, 'data/a'))
  symlinkSync('a', join(made.root, 'data/b'))
  await assert.rejects(add(loadPipeline(made.root), ['data']), (error: unknown) => {
    assert.ok(error instanceof TidemillError, String(error))
    assert.match(error.message, /data\/[ab]/)
    return true
  })
})

test('names with newlines, quotes, blanks and signs of other scripts, and empty files, come back as they were', async (t) => {
  const names = [
    'a\nb',
    ' lead',
    '"q"',
    "it's",
    'é',
    'e\u0301',
    '日本',
    '😀',
    '\uffe0',
    '$HOME',
    '-n',
    '*',
    '\\',
    'tab\there',
  ]
  const made = await project(
    t,
    Object.fromEntries(
      names.flatMap((name) => [
        [`data/${name}.txt`, name],
        [`data/sub ${name}/.empty`, ''],
      ]),
    ),
  )
  await add(loadPipeline(made.root), ['data'])
  made.drop('data')
  await checkout(loadPipeline(made.root))
  for (const name of names) {
    assert.equal(made.read(`data/${name}.txt`), name)
    assert.equal(made.read(`data/sub ${name}/.empty`), '')
  }
  assert.deepEqual(await status(loadPipeline(made.root)), [])
})

test('a stage whose output is a file of no bytes is run once and restored', async (t) => {
  const made = await project(t, {
    seed: '',
    'dvc.yaml': `stages:\n  s: {cmd: '${noted('s', ': > out')}', deps: [seed], outs: [out]}\n`,
  })
  await made.repro()
  made.drop('out')
  await made.repro()
  assert.deepEqual(made.took(), ['s'])
  assert.equal(statSync(join(made.root, 'out')).size, 0)
})

test('an object that was damaged is found when it is to be used, and the stage runs again', async (t) => {
  const made = await project(t, { seed: 'seed\n', 'dvc.yaml': copyStage })
  await made.repro()
  made.took()
  const { cache } = openRepository(made.root)
  const object = cache.path(
    execFileSync('md5sum', [join(made.root, 'out')], { encoding: 'utf8' }).slice(0, 32),
  )
  for (const damage of ['lost', 'cut', 'other'] as const) {
    chmodSync(object, 0o644)
    if (damage === 'cut') truncateSync(object, 1)
    else writeFileSync(object, damage === 'lost' ? '' : 'sEEd\n')
    chmodSync(object, 0o444)
    made.drop('out')
    await made.repro()
    assert.deepEqual(made.took(), ['s'], damage)
    assert.equal(readFileSync(object, 'utf8'), 'seed\n')
  }
})

test('on a full disk a run says so, believes nothing of it, and completes when there is space', async (t) => {
  const disk = await smallDisk(t, 8)
  if (disk === undefined) return
  const made = await project(t)
  const root = join(disk, 'repo')
  mkdirSync(root)
  execFileSync('cp', ['-r', join(made.root, '.dvc'), root])
  writeFileSync(
    join(root, 'dvc.yaml'),
    `stages:\n  s: {cmd: 'head -c 3000000 /dev/urandom > out', deps: [seed], outs: [out]}\n`,
  )
  writeFileSync(join(root, 'seed'), 's\n')
  writeFileSync(join(disk, 'filler'), Buffer.alloc(3_500_000, 1))
  await assert.rejects(repro(loadPipeline(root), { env: made.env }), isError('disk_full'))
  assert.equal(existsSync(join(root, 'dvc.lock')), false)
  execFileSync('rm', [join(disk, 'filler')])
  const { stages } = await repro(loadPipeline(root), { env: made.env })
  assert.equal(stages[0]?.outcome, 'ran')
  assert.deepEqual(await status(loadPipeline(root)), [])
})
