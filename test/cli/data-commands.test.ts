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
  // into a folder that is there, as DVC
  const again = () => tidemill(['get', made.root, 'data', '-o', 'mine'], elsewhere)
  assert.equal((await again()).code, 0)
  assert.equal(readFileSync(join(elsewhere, 'mine/data/a'), 'utf8'), made.read('data/a'))
  assert.match((await again()).stderr, /mine\/data exists already/)
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

test('another repository is measured, listed as a tree, and its artifacts come by name', async (t) => {
  const made = await withData(t)
  made.write({ 'dvc.yaml': 'artifacts:\n  letters:\n    path: data\n' })
  made.git('add', '-A')
  made.git('commit', '-qm', 'artifact')
  made.git('tag', '-am', 'x', 'letters@v1.0.0')
  const elsewhere = join(made.root, '../elsewhere')
  mkdirSync(elsewhere)
  const run = (...args: readonly string[]) => tidemill(args, elsewhere)
  const [use, tree, url, got, where] = await Promise.all([
    run('du', made.root, 'data', '--json'),
    run('ls', made.root, 'data', '--tree'),
    run('ls-url', join(made.root, 'data'), '-R', '--size', '--json'),
    run('artifacts', 'get', made.root, 'letters', '-o', 'letters'),
    run('get', made.root, 'code.py', '--show-url'),
  ])
  // "a" and "b", each with its line's end
  assert.deepEqual(JSON.parse(use.stdout), [
    { path: 'a', bytes: 2 },
    { path: 'sub', bytes: 2 },
    { path: 'data', bytes: 4 },
  ])
  assert.equal(tree.stdout, '.\n├── a\n└── sub\n    └── b\n')
  assert.deepEqual(JSON.parse(url.stdout), [
    { path: 'a', isdir: false, size: 2 },
    { path: 'sub/b', isdir: false, size: 2 },
  ])
  assert.equal(got.code, 0, got.stderr)
  assert.equal(readFileSync(join(elsewhere, 'letters/sub/b'), 'utf8'), 'b\n')
  assert.deepEqual([where.code, /code\.py/.test(where.stderr)], [2, true])
})

test('data goes to a remote without staying here, and stages are planned with what is missing', async (t) => {
  const { cli, read, root } = await withData(t)
  await cli('remote', 'add', '-d', 'store', '../store')
  const sent = await cli('add', 'code.py', '--to-remote', '-o', 'far.py')
  assert.equal(sent.code, 0, sent.stderr)
  assert.match(read('far.py.dvc'), /path: far\.py/)
  const noted = await cli('import-url', 'code.py', 'later.py', '--no-download')
  assert.equal(noted.code, 0, noted.stderr)
  assert.match(read('later.py.dvc'), /- hash: md5\n {2}path: later\.py/)
  const both = await cli('import-url', 'code.py', 'x.py', '--no-download', '--no-exec')
  assert.notEqual(both.code, 0)
  await cli('update', 'later.py.dvc')
  assert.equal(read('later.py'), 'print()\n')
  writeFileSync(
    join(root, 'dvc.yaml'),
    'stages:\n  a: {cmd: cp code.py b, deps: [code.py], outs: [b]}\n',
  )
  const asked = await cli('repro', '--interactive')
  assert.match(asked.stderr, /no terminal/)
  const [templates, one, version] = await Promise.all([
    cli('plots', 'templates'),
    cli('plots', 'templates', 'scatter', '--json'),
    cli('version', '--json'),
  ])
  assert.match(templates.stdout, /^linear$/m)
  assert.match(one.stdout, /"type":\s*"point"/)
  assert.match(version.stdout, /"version":\s*"\d+\.\d+\.\d+/)
})
