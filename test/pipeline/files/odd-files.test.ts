import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { add, checkout, dataStatus, loadPipeline, status } from '#pipeline'
import { openFileState } from '../../../src/pipeline/files/file-state.ts'
import { failsWith } from '../suites/remote-suite.ts'
import { project } from '../support/project.ts'

test('a link that leads back to itself is named by add and status, and nothing is kept', async (t) => {
  const made = await project(t, { 'data/a': 'a\n', 'data/loop@': 'loop' }, { git: true })
  await assert.rejects(
    add(loadPipeline(made.root), ['data']),
    failsWith('conflict', 'data/loop is a link that leads back to itself'),
  )
  assert.equal(existsSync(join(made.root, 'data.dvc')), false)
  made.drop('data/loop')
  await add(loadPipeline(made.root), ['data'])
  made.write({ 'data/one@': 'two', 'data/two@': 'one' })
  await assert.rejects(status(loadPipeline(made.root)), failsWith('conflict', 'data/'))
})

test('a link to a folder above is not followed', async (t) => {
  const made = await project(t, { 'data/a': 'a\n', 'data/up@': '..' }, { git: true })
  const [added] = await add(loadPipeline(made.root), ['data'])
  assert.equal(added?.nfiles, 1)
})

const odd = [
  'two\nlines',
  'é',
  'e\u0301',
  '\u{1F600}',
  ' before',
  'behind ',
  '#hash',
  '!not',
  '[a]',
  'a*b',
  '"q"',
  "it's",
  'back\\slash',
  'tab\there',
  '-n',
  '%s',
]

test('names with line ends, blanks, quotes, signs of patterns and any script are kept, hidden from Git, and come back', async (t) => {
  const made = await project(
    t,
    Object.fromEntries(
      odd.flatMap((name) => [
        [`data/${name}`, `in ${name}`],
        [`top-${name}`, `top ${name}`],
      ]),
    ),
    { git: true },
  )
  await add(loadPipeline(made.root), ['data', ...odd.map((name) => `top-${name}`)])
  const untracked = made.git('ls-files', '-z', '--others', '--exclude-standard').split('\0')
  const data = untracked.filter(
    (path) => path !== '' && !path.endsWith('.dvc') && !path.startsWith('.'),
  )
  assert.deepEqual(data, [], 'Git sees the .dvc files alone')
  assert.deepEqual(await status(loadPipeline(made.root)), [])
  made.git('add', '-A')
  made.git('commit', '-qm', 'odd names')
  assert.deepEqual((await dataStatus(loadPipeline(made.root))).uncommitted.modified, [])
  made.drop('data', ...odd.map((name) => `top-${name}`))
  assert.deepEqual((await checkout(loadPipeline(made.root))).missing, [])
  assert.deepEqual(readdirSync(join(made.root, 'data')).toSorted(), odd.toSorted())
  for (const name of odd) {
    assert.equal(made.read(`data/${name}`), `in ${name}`)
    assert.equal(made.read(`top-${name}`), `top ${name}`)
  }
})

test('an empty folder and files of no bytes are kept and come back', async (t) => {
  const made = await project(
    t,
    { 'none/': '', zero: '', 'data/zero': '', 'data/inner/': '' },
    { git: true },
  )
  const added = await add(loadPipeline(made.root), ['none', 'zero', 'data'])
  // md5 of `[]` and of nothing
  assert.deepEqual(added.map(({ md5, size, nfiles }) => [md5, size, nfiles]).slice(0, 2), [
    ['d751713988987e9331980363e24189ce.dir', 0, 0],
    ['d41d8cd98f00b204e9800998ecf8427e', 0, undefined],
  ])
  made.drop('none', 'zero', 'data')
  await checkout(loadPipeline(made.root))
  assert.deepEqual(readdirSync(join(made.root, 'none')), [])
  assert.deepEqual(readdirSync(join(made.root, 'data')), ['zero'])
  assert.equal(statSync(join(made.root, 'zero')).size, 0)
  assert.deepEqual(await status(loadPipeline(made.root)), [])
})

for (const [count, where] of [
  [1, 'alone'],
  [2500, 'among many'],
] as const) {
  test(`a name that is not UTF-8 is refused by its true reason, ${where}`, async (t) => {
    const others = Array.from({ length: count }, (_, at) => [`data/${at}`, 'a\n'])
    const made = await project(t, Object.fromEntries(others), { git: true })
    writeFileSync(
      Buffer.concat([Buffer.from(join(made.root, 'data/caf')), Buffer.from([0xe9])]),
      'b\n',
    )
    await assert.rejects(
      add(loadPipeline(made.root), ['data']),
      failsWith('conflict', 'is not UTF-8'),
    )
  })
}

test('what is remembered of files with quotes, backslashes and line ends in their names is read again', async (t) => {
  const names = ['"a"\\n"', '"plain"', '"', 'two\nlines', '\\n']
  const made = await project(t, Object.fromEntries(names.map((name) => [`data/${name}`, name])))
  await add(loadPipeline(made.root), ['data'])
  assert.deepEqual(await status(loadPipeline(made.root)), await status(loadPipeline(made.root)))
  const file = join(made.root, '.dvc/tmp/tidemill/odd-state')
  const state = openFileState(file, '/')
  const stats = { ino: 1, size: 1, mtimeMs: 1, ctimeMs: 1 }
  for (const name of names) state.remember(name, stats, hash('md5', name, 'hex'), Date.now())
  state.save()
  const again = openFileState(file, '/')
  for (const name of names) assert.equal(again.md5(name, stats), hash('md5', name, 'hex'))
})

test('a stage whose name is longer than a file’s may be runs, and its log is kept', async (t) => {
  const word = '木'.repeat(40)
  const made = await project(t, {
    'dvc.yaml': `stages:\n  s:\n    foreach: [${word}]\n    do:\n      cmd: echo hello > o\n      outs: [o]\n`,
  })
  assert.equal((await made.repro()).stages[0]?.outcome, 'ran')
})

test('a pipe is refused by name, and nobody waits for what it says', async (t) => {
  const made = await project(t)
  execFileSync('mkfifo', [join(made.root, 'pipe')])
  await assert.rejects(
    add(loadPipeline(made.root), ['pipe']),
    failsWith('conflict', 'pipe is neither a file nor a folder'),
  )
})
