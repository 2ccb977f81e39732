import assert from 'node:assert/strict'
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as after } from 'node:timers/promises'
import { add, dvcStatus, loadPipeline, status } from '#pipeline'
import { openFileState } from '../../../src/pipeline/files/file-state.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { project, type Project } from '../support/project.ts'

/** A folder of 600 files that is added, with what is remembered of all of them together. */
async function remembered(t: TestContext): Promise<Project> {
  const made = await project(t)
  for (let at = 0; at < 600; at += 1) {
    if (at < 3) mkdirSync(join(made.root, `data/${at}`), { recursive: true })
    writeFileSync(join(made.root, `data/${at % 3}/${at}.txt`), `${at}\n`)
  }
  await add(loadPipeline(made.root), ['data'])
  // what was written within the clock's grain is not remembered
  await after(50)
  assert.deepEqual(await changes(made), {})
  const state = readFileSync(join(made.root, '.dvc/tmp/tidemill/state'), 'utf8')
  const [, head = ''] = state.split('\n')
  const { folders, whole } = JSON.parse(head) as { folders: object; whole: object }
  assert.deepEqual([Object.keys(folders), Object.keys(whole).length], [['data'], 1])
  assert.deepEqual(await changes(made), {})
  return made
}

async function changes({ root }: Project) {
  const pipeline = loadPipeline(root)
  return dvcStatus(pipeline, await status(pipeline))
}

const modified = { 'data.dvc': [{ 'changed outs': { data: 'modified' } }] }
const gone = { 'data.dvc': [{ 'changed outs': { data: 'not in cache' } }] }

test('one file of many that is written, added, removed or renamed is seen, although all were remembered together', async (t) => {
  const made = await remembered(t)
  const file = join(made.root, 'data/1/1.txt')
  writeFileSync(file, '2\n')
  assert.deepEqual(await changes(made), modified)
  writeFileSync(file, '1\n')
  await after(50)
  assert.deepEqual(await changes(made), {})
  made.write({ 'data/2/more': '' })
  assert.deepEqual(await changes(made), modified)
  made.drop('data/2/more')
  assert.deepEqual(await changes(made), {})
  made.drop('data/0/3.txt')
  made.write({ 'data/0/4.txt': '3\n' })
  assert.deepEqual(await changes(made), modified)
})

test('a file of the same size whose time was set back is seen', async (t) => {
  const made = await remembered(t)
  const file = join(made.root, 'data/1/1.txt')
  const then = new Date(1_000_000_000_000)
  utimesSync(file, then, then)
  await after(50)
  assert.deepEqual(await changes(made), {})
  writeFileSync(file, '7\n')
  utimesSync(file, then, then)
  assert.deepEqual(await changes(made), modified)
})

test('an object that leaves the cache is missed, and a spoiled manifest too, although all were remembered together', async (t) => {
  const made = await remembered(t)
  const objects = join(made.root, '.dvc/cache/files/md5')
  // MD5 of "7\n"
  rmSync(join(objects, '84/bc3da1b3e33a18e8d5e1bdd7a18d7a'))
  assert.deepEqual(await changes(made), gone)
  made.write({ '.dvc/cache/files/md5/84/bc3da1b3e33a18e8d5e1bdd7a18d7a': '7\n' })
  assert.deepEqual(await changes(made), {})
  const manifest = readdirSync(objects).flatMap((prefix) =>
    readdirSync(join(objects, prefix)).flatMap((name) =>
      name.endsWith('.dir') ? [join(objects, prefix, name)] : [],
    ),
  )
  rmSync(String(manifest[0]))
  writeFileSync(String(manifest[0]), '[]')
  assert.deepEqual(await changes(made), gone)
})

test('a changed copy is added again from what is remembered together', async (t) => {
  const made = await remembered(t)
  rmSync(join(made.root, '.dvc/cache'), { recursive: true })
  assert.deepEqual(await changes(made), gone)
  await add(loadPipeline(made.root), ['data'])
  assert.deepEqual(await changes(made), {})
})

test('what is remembered survives reading and writing; a file that is cut short is as none', async (t) => {
  const made = await project(t)
  const file = join(made.root, 'state')
  const stats = { ino: 5, size: 3, mtimeMs: 1000.25, ctimeMs: 2000.5 }
  const facts = { md5: 'b'.repeat(32), size: 3, linked: [] }
  const first = openFileState(file, '/')
  first.remember('a\nb', stats, 'a'.repeat(32), 10_000)
  first.folders.set('d', 'print', facts)
  first.save()
  const second = openFileState(file, '/')
  assert.deepEqual(second.folders.get('d', 'print'), facts)
  assert.equal(second.folders.get('d', 'other'), undefined)
  // the lines of files are not taken apart, and stay
  second.whole.set('o', 'p', true)
  second.save()
  const third = openFileState(file, '/')
  assert.deepEqual(
    [third.md5('a\nb', stats), third.whole.get('o', 'p'), third.folders.get('d', 'print')],
    ['a'.repeat(32), true, facts],
  )
  assert.equal(third.md5('a\nb', { ...stats, ctimeMs: 2000.75 }), undefined)
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, -9))
  assert.equal(openFileState(file, '/').md5('a\nb', stats), undefined)
  appendFileSync(file, 'x')
  assert.equal(openFileState(file, '/').folders.get('d', 'print'), undefined)
})

test('what is remembered of files that are gone is let go once there is much of it', async (t) => {
  const folder = await temporaryFolder(t)
  writeFileSync(join(folder, 'here'), '')
  const file = join(folder, 'state')
  const stats = { ino: 1, size: 1, mtimeMs: 1, ctimeMs: 1 }
  const md5 = 'd41d8cd98f00b204e9800998ecf8427e'
  const state = openFileState(file, folder)
  for (const name of ['here', 'gone']) state.remember(name, stats, md5, Date.now())
  state.save()
  const few = openFileState(file, folder)
  assert.deepEqual([few.md5('here', stats), few.md5('gone', stats)], [md5, md5])
  for (let round = 0; round < 3; round += 1) {
    const more = openFileState(file, folder)
    for (let at = 0; at < 1200; at += 1)
      more.remember(`gone ${round} ${at}`, stats, md5, Date.now())
    more.save()
  }
  const again = openFileState(file, folder)
  assert.deepEqual([again.md5('here', stats), again.md5('gone', stats)], [md5, undefined])
  assert.ok(statSync(file).size < 500)
})
