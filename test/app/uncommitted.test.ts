import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { httpCaller, operations } from '#contract'
import { project } from '../pipeline/support/project.ts'
import { gitIn } from '../support/git.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'

const { runs } = operations
const client = pathToFileURL(
  fileURLToPath(new URL('../../src/app/client/index.ts', import.meta.url)),
).href

/** A repository of one commit, and a server that lives elsewhere. */
async function open(t: TestContext) {
  const dir = await temporaryFolder(t)
  const git = gitIn(dir)
  const write = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<void> => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true })
      await writeFile(join(dir, path), text)
    }
  }
  const script = (autolog: string) =>
    `import { startRun } from ${JSON.stringify(client)}\nconst run = await startRun({ experiment: 'e', autolog: ${autolog} })\nawait run.end()\n`
  await write({
    'code/train.ts': script('{ resources: false }'),
    'code/quiet.ts': script('{ resources: false, uncommitted: false }'),
    'code/model.py': 'k = 5\n',
    'picture.bin': new Uint8Array([0, 1, 2, 0]),
    '.gitignore': 'ignored/\nlocal.cfg\n',
  })
  git('init', '-q')
  git('add', '-A')
  git('commit', '-qm', 'one')
  const server = await runningServer(t)
  const caller = httpCaller({ url: server.url })
  const run = async (name = 'train.ts', env: Readonly<Record<string, string>> = {}) => {
    await promisify(execFile)(process.execPath, [name], {
      cwd: join(dir, 'code'),
      env: { ...process.env, TIDEMILL_URL: server.url, TIDEMILL_HOME: '', ...env },
    })
    const [made] = (await caller.call(runs.search, { limit: 1 })).runs
    assert.ok(made)
    return made
  }
  const { tracking } = await server.app.project('default')
  const patchOf = async (id: string) => text(await tracking.artifact(id, 'code/uncommitted.patch'))
  return { dir, git, write, run, caller, patchOf }
}

test('a run of code that is not committed keeps what differs from the commit as a patch that Git applies', async (t) => {
  const { dir, git, write, run, patchOf } = await open(t)
  const clean = await run()
  assert.equal(clean.source.code, git('rev-parse', 'HEAD').trim())
  assert.equal(clean.source.uncommitted, undefined)

  const changed = {
    'code/model.py': 'k = 7\n',
    'code/new one.py': 'fresh\n',
    'picture.bin': new Uint8Array([0, 9, 9, 0]),
  }
  await write(changed)
  git('config', 'diff.noprefix', 'true')
  git('config', 'diff.context', '0')
  const { id, source } = await run()
  assert.match(source.code ?? '', /\+dirty$/)
  const patch = await patchOf(id)
  const digest = `sha256:${createHash('sha256').update(patch).digest('hex')}`
  assert.deepEqual(source.uncommitted, { digest, whole: true, left: [] })
  assert.equal(git('status', '--porcelain').includes('?? "code/new one.py"'), true)

  const copy = await temporaryFolder(t)
  git('worktree', 'add', '--detach', '-q', join(copy, 'tree'), 'HEAD')
  await writeFile(join(copy, 'patch'), patch)
  execFileSync('git', ['-C', join(copy, 'tree'), 'apply', join(copy, 'patch')])
  for (const path of Object.keys(changed)) {
    const [now, then] = [dir, join(copy, 'tree')].map((root) => readFile(join(root, path)))
    assert.deepEqual(await then, await now, path)
  }
})

test('what may hold secrets, what is ignored, hidden or Tidemill’s own is never in a patch', async (t) => {
  const { git, write, run, patchOf } = await open(t)
  await write({ '.env': 'A=1\n', 'deploy/server.key': 'A=1\n', 'local.cfg': 'a\n' })
  git('add', '-A', '-f')
  git('commit', '-qm', 'two')
  await write({
    ...{ '.env': 'A=hush\n', 'deploy/server.key': 'hush\n', 'local.cfg': 'hush\n' },
    ...{ 'ignored/a.txt': 'hush\n', '.aws/config': 'hush\n', '.dvc/config.local': 'hush\n' },
    ...{ '.env.local': 'hush\n', id_rsa: 'hush\n', 'my_secrets.yaml': 'hush\n' },
    ...{ 'place/secret.key': 'hush\n', 'place/config.yaml': 'hush\n', 'own/config.yaml': 'hush\n' },
    ...{ 'code/model.py': 'k = 8\n' },
  })
  const { id, source } = await run('train.ts', { TIDEMILL_HOME: '../own' })
  const patch = await patchOf(id)
  assert.match(patch, /\+k = 8/)
  assert.doesNotMatch(patch, /hush/)
  assert.equal(source.uncommitted?.whole, false)
  assert.deepEqual(source.uncommitted?.left.toSorted(), [
    ...['.env', 'deploy/server.key', 'id_rsa', 'local.cfg', 'my_secrets.yaml'],
  ])
})

test('new files that are named like secrets are left out and named with the reason, and those of the commit that are code stay', async (t) => {
  const { git, write, run, patchOf } = await open(t)
  await write({ 'code/token_loss.py': 'a = 1\n', 'code/tokenizer.py': 'a = 1\n' })
  git('add', '-A')
  git('commit', '-qm', 'two')
  const secrets = [
    ...['api_key.txt', 'aws-credentials.json', 'credentials-prod.json', 'deploy/hf_token.txt'],
    ...['deploy/key.pem', 'id_rsa', 'kaggle.json', 'server.key', 'secrets.toml', 'token'],
  ]
  await write(Object.fromEntries(secrets.map((path) => [path, 'hush\n'])))
  await write({ 'code/token_loss.py': 'a = 2\n', 'new_tokenizer.json': '{}\n', '.netrc': 'hush\n' })
  const { id, source } = await run()
  const patch = await patchOf(id)
  assert.doesNotMatch(patch, /hush/)
  assert.match(patch, /\+a = 2/)
  assert.match(patch, /new_tokenizer/)
  const { left = [], why, whole } = source.uncommitted ?? {}
  assert.deepEqual(left.toSorted(), secrets.toSorted())
  assert.deepEqual(why, Object.fromEntries(secrets.map((path) => [path, 'named like a secret'])))
  assert.equal(whole, true)
})

test('a repository within the repository is named and never shown, whatever Git is told to show of it', async (t) => {
  const { dir, git, write, run, patchOf } = await open(t)
  const inside = ['-C', join(dir, 'part')]
  await write({ 'part/.env': 'A=1\n' })
  git(...inside, 'init', '-q')
  git(...inside, 'add', '-A')
  git(...inside, 'commit', '-qm', 'one')
  git('add', 'part')
  git('commit', '-qm', 'two')
  await write({ 'part/.env': 'A=hush\n', 'code/model.py': 'k = 8\n' })
  git(...inside, 'commit', '-qam', 'two')
  git('config', 'diff.submodule', 'diff')
  const { id, source } = await run()
  const patch = await patchOf(id)
  assert.match(patch, /\+k = 8/)
  assert.doesNotMatch(patch, /hush|part/)
  assert.deepEqual([source.uncommitted?.whole, source.uncommitted?.left], [false, ['part']])
})

test('a patch is bounded: what does not fit is named', async (t) => {
  const { git, write, run, patchOf } = await open(t)
  await write({ 'table.csv': 'a\n' })
  git('add', '-A')
  git('commit', '-qm', 'two')
  const large = `${'x'.repeat(99)}\n`.repeat(20_000)
  await write({ 'table.csv': large, 'new.csv': large, 'code/model.py': 'k = 8\n' })
  const { id, source } = await run()
  const patch = await patchOf(id)
  assert.match(patch, /\+k = 8/)
  assert.ok(patch.length < 10_000)
  assert.equal(source.uncommitted?.whole, false)
  assert.deepEqual(source.uncommitted?.why, {
    'table.csv': 'too much for a patch of 1 MiB',
    'new.csv': 'new, and larger than 64 KiB',
  })
})

test('a file that is large, or was in the commit, is named and never packed', async (t) => {
  const { git, write, run, patchOf } = await open(t)
  await write({ 'was.bin': new Uint8Array(17 << 20), 'grown.bin': 'a\n' })
  git('add', '-A')
  git('commit', '-qm', 'two')
  await write({
    ...{ 'grown.bin': new Uint8Array(17 << 20), 'was.bin': new Uint8Array(1) },
    'code/model.py': 'k = 8\n',
  })
  const { id, source } = await run()
  assert.deepEqual(source.uncommitted?.why, {
    'grown.bin': 'larger than 16 MiB',
    'was.bin': 'larger than 16 MiB',
  })
  assert.ok((await patchOf(id)).length < 1000)
})

test('a file that was large in the commit is known among thousands that changed, whatever signs are in its name', async (t) => {
  const { dir, git, write, run } = await open(t)
  const [was, empty] = ['a\twas.bin', 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391']
  await write({ [was]: new Uint8Array(17 << 20), 'code/empty': '' })
  git('add', '-A')
  const gone = Array.from({ length: 2001 }, (_, at) => `100644 ${empty}\tgone/${at}\n`)
  execFileSync('git', ['-C', dir, 'update-index', '--index-info'], { input: gone.join('') })
  git('commit', '-qm', 'two')
  await write({ [was]: 'small now\n' })
  const whyOf = async () => (await run()).source.uncommitted?.why?.[was]
  assert.equal(await whyOf(), 'larger than 16 MiB')
  git('rm', '-rq', '--cached', 'gone')
  git('commit', '-qm', 'three')
  assert.equal(await whyOf(), 'larger than 16 MiB')
})

test('a patch that is short and unpacks to much is made again of what is small', async (t) => {
  const { git, write, run, patchOf } = await open(t)
  const parts = ['a.bin', 'b.bin', 'c.bin', 'd.bin', 'e.bin']
  await write(Object.fromEntries(parts.map((path) => [path, 'a\0'])))
  git('add', '-A')
  git('commit', '-qm', 'two')
  const zeros = new Uint8Array(15 << 20)
  await write({ ...Object.fromEntries(parts.map((path) => [path, zeros])), 'code/model.py': 'k\n' })
  const { id, source } = await run()
  assert.deepEqual(source.uncommitted?.left, parts)
  assert.match(await patchOf(id), /\+k/)
})

test('an option and a variable of the environment keep the difference to oneself', async (t) => {
  const { write, run, caller } = await open(t)
  await write({ 'code/model.py': 'k = 8\n' })
  for (const made of [
    await run('quiet.ts'),
    await run('train.ts', { TIDEMILL_UNCOMMITTED: '0' }),
  ]) {
    assert.match(made.source.code ?? '', /\+dirty$/)
    assert.equal(made.source.uncommitted, undefined)
    assert.deepEqual((await caller.call(runs.get, { run: made.id })).artifacts, [])
  }
})

test('what stages make for Git to keep, and their record, make no other code of a run that a stage logs', async (t) => {
  const module = new URL('../../src/app/client/code-version.ts', import.meta.url).href
  const probe = `import { codeVersion } from ${JSON.stringify(module)}\nconsole.log(JSON.stringify((await codeVersion(true)).source))\n`
  const node = JSON.stringify(process.execPath)
  const made = await project(
    t,
    {
      'probe.mjs': probe,
      'dvc.yaml': `stages:\n  score:\n    cmd: '${node} probe.mjs > said.json'\n    deps: [probe.mjs]\n    metrics:\n    - said.json:\n        cache: false\n`,
    },
    { git: true },
  )
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'first')
  const code = made.git('rev-parse', 'HEAD').trim()
  await made.repro({ force: true })
  assert.deepEqual(JSON.parse(made.read('said.json')), { code, folder: '' })
  made.write({ 'probe.mjs': `${probe}// changed\n` })
  await made.repro()
  const said = JSON.parse(made.read('said.json')) as { code: string; uncommitted: object }
  assert.equal(said.code, `${code}+dirty`)
  assert.deepEqual(Object.keys(said.uncommitted), ['digest', 'whole', 'left'])
})
