import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { add, loadPipeline } from '#pipeline'
import { project, type Project } from '../pipeline/support/project.ts'
import { tidemill } from '../support/tidemill.ts'

type Cli = (...args: readonly string[]) => ReturnType<typeof tidemill>

async function withData(t: TestContext): Promise<Project & { cli: Cli }> {
  const made = await project(
    t,
    { 'data/a': 'a\n', 'data/sub/b': 'b\n', 'code.py': 'print()\n' },
    { git: true },
  )
  await add(loadPipeline(made.root), ['data'])
  made.git('add', '-A')
  made.git('commit', '-qm', 'data')
  return { ...made, cli: (...args) => tidemill(args, made.root) }
}

test('get and list read another repository without a trace here', async (t) => {
  const made = await withData(t)
  const elsewhere = join(made.root, '../elsewhere')
  mkdirSync(elsewhere)
  const [listed, inner, got] = await Promise.all([
    tidemill(['list', made.root, '-R', '--json'], elsewhere),
    tidemill(['list', made.root, 'data/sub'], elsewhere),
    tidemill(['get', made.root, 'data', '-o', 'mine'], elsewhere),
  ])
  const entries: readonly { path: string; isout: boolean }[] = JSON.parse(listed.stdout)
  const paths = entries.map(({ path, isout }) => `${path}${isout ? ' out' : ''}`)
  assert.deepEqual(
    paths.filter((path) => !path.startsWith('.')),
    ['code.py', 'data out', 'data.dvc', 'data/a', 'data/sub/b'],
  )
  assert.deepEqual([inner.stdout, got.code], ['b\n', 0])
  assert.equal(readFileSync(join(elsewhere, 'mine/sub/b'), 'utf8'), 'b\n')
  const again = await tidemill(['get', made.root, 'data', '-o', 'mine'], elsewhere)
  assert.match(again.stderr, /mine exists already/)
  const nothing = await tidemill(['get', made.root, 'nothing'], elsewhere)
  assert.deepEqual([nothing.code, /nothing/.test(nothing.stderr)], [2, true])
})

test('a secret of a remote goes where Git does not see it, and is not printed', async (t) => {
  const { cli, read, root } = await withData(t)
  await cli('remote', 'add', '-d', 'cloud', 's3://bucket/x')
  const said = await cli('remote', 'modify', 'cloud', 'secret_access_key', 'hush')
  assert.doesNotMatch(said.stdout + (await cli('remote', 'list')).stdout, /hush/)
  assert.doesNotMatch(read('.dvc/config'), /hush/)
  assert.match(read('.dvc/config.local'), /secret_access_key = hush/)
  assert.equal(statSync(join(root, '.dvc/config.local')).mode & 0o777, 0o600)
})

test('the cache moves to a folder that is said, and back', async (t) => {
  const { cli, read } = await withData(t)
  assert.equal((await cli('cache', 'dir')).stdout, '.dvc/cache\n')
  await cli('cache', 'dir', '../shared')
  assert.match(read('.dvc/config'), /\[cache\]\n {4}dir = \.\.\/\.\.\/shared/)
  assert.equal((await cli('cache', 'dir')).stdout, '../shared\n')
  assert.equal((await cli('cache', 'dir', '--unset')).stdout, '.dvc/cache\n')
})

test('check-ignore, root and status of one folder answer as asked', async (t) => {
  const made = await withData(t)
  made.write({ '.dvcignore': '*.tmp\n', 'data/a': 'new\n' })
  assert.deepEqual(await made.cli('check-ignore', 'x.tmp', 'x.txt'), {
    code: 0,
    stdout: 'x.tmp\n',
    stderr: '',
  })
  assert.equal((await made.cli('check-ignore', 'x.txt')).code, 1)
  mkdirSync(join(made.root, 'deep/er'), { recursive: true })
  assert.equal((await tidemill(['root'], join(made.root, 'deep/er'))).stdout, '../..\n')
  const data = JSON.parse((await made.cli('data', 'status', '--json', 'data')).stdout)
  assert.deepEqual(data, { uncommitted: { modified: ['data/'] } })
  assert.deepEqual(JSON.parse((await made.cli('data', 'status', '--json', 'code.py')).stdout), {})
})

test('what cannot be done is said in one line with what to do, and never as a stack', async (t) => {
  const { cli, root } = await withData(t)
  writeFileSync(join(root, 'params.yaml'), 'day: 2024-01-01\n')
  writeFileSync(join(root, 'dvc.yaml'), 'stages:\n  a:\n    cmd: echo ${day}\n    deps: [data]\n')
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['status'], 65, /params\.yaml:1:6: 2024-01-01 reads as a date/],
    [['push', '-r', 'nowhere'], 65, /params\.yaml:1:6/],
    [['remote', 'modify', 'nowhere', 'url', 'x'], 2, /There is no remote nowhere/],
    [['fetch', '-j', '0'], 254, /whole number/],
    [['gc', '--date', 'yesterday', '-w'], 254, /It must be a day/],
    [['get-url', 'gopher://x/y'], 2, /no gopher:\/\//],
    [['git-hook', 'merge-driver', '--our', 'x'], 254, /ancestor/],
  ]
  await Promise.all(
    cases.map(async ([args, code, words]) => {
      const ended = await cli(...args)
      assert.match(ended.stderr, words, args.join(' '))
      assert.equal(ended.code, code, args.join(' '))
      assert.doesNotMatch(ended.stderr, /\n\s+at /, args.join(' '))
    }),
  )
})
