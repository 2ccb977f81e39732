import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { program } from '../support/tidemill.ts'

const env = {
  ...process.env,
  TIDEMILL_HOME: '',
  TIDEMILL_URL: '',
  SHELL: '/bin/sh',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 't',
  GIT_AUTHOR_EMAIL: 't@localhost',
  GIT_COMMITTER_NAME: 't',
  GIT_COMMITTER_EMAIL: 't@localhost',
}

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A repository, and the program in it. */
async function repository(t: TestContext) {
  const root = join(await temporaryFolder(t), 'repo')
  await mkdir(join(root, '.dvc'), { recursive: true })
  await writeFile(join(root, '.dvc/.gitignore'), '/config.local\n/tmp\n/cache\n')
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, env, encoding: 'utf8' })
  git('init', '-q', '-b', 'main')
  const run = (...args: string[]): Promise<Ended> =>
    new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [program, ...args],
        { cwd: root, env },
        (error, stdout, stderr) =>
          resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      )
      child.stdin?.end()
    })
  const json = async (...args: string[]): Promise<unknown> => {
    const { stdout, stderr, code } = await run(...args, '--json')
    assert.equal(code, 0, stderr)
    return JSON.parse(stdout)
  }
  const commit = () => {
    git('add', '-A')
    git('commit', '-qm', 'step')
  }
  return {
    root,
    git,
    run,
    json,
    commit,
    write: (path: string, text: string) => writeFile(join(root, path), text),
  }
}

test('data goes to a remote and comes back, and gc without a yes is a dry run', async (t) => {
  const { root, run, json, write, commit } = await repository(t)
  await write('data.csv', 'a\n1\n')
  const added = await run('add', 'data.csv')
  assert.match(added.stdout, /git add data\.csv\.dvc \.gitignore/)
  const lost = await run('push')
  assert.equal(lost.code, 2)
  assert.match(lost.stderr, /tidemill remote add -d NAME URL/)
  assert.equal((await run('remote', 'add', '-d', 'store', '../store', '-q')).stdout, '')
  assert.deepEqual(await json('status', '-c'), { 'data.csv': 'new' })
  assert.deepEqual(await json('push'), { objects: 1, runs: 0 })
  commit()
  await rm(join(root, 'data.csv'))
  await rm(join(root, '.dvc/cache'), { recursive: true })
  const missing = await run('checkout')
  assert.equal(missing.code, 1)
  assert.match(missing.stdout, /data\.csv is not in the cache/)
  assert.equal((await run('pull')).code, 0)
  assert.equal(await readFile(join(root, 'data.csv'), 'utf8'), 'a\n1\n')

  await write('data.csv', 'a\n2\n')
  await run('commit', '-f')
  const unsaid = await run('gc')
  assert.match(unsaid.stderr, /Say what to keep: --workspace/)
  const dry = await run('gc', '-w')
  assert.match(dry.stdout, /1 object of the cache .* Nothing was/)
  assert.deepEqual(await json('gc', '-w', '--force', '--not-in-remote'), {
    objects: 1,
    bytes: 4,
    lastCopies: 0,
    recent: 0,
    remoteObjects: 0,
    dry: false,
  })
  assert.deepEqual(await json('fsck'), { checked: 1, corrupt: [], repaired: [], missing: [] })
})

test('a pipeline is written, asked why, run, compared and tried with another parameter', async (t) => {
  const { run, json, write, commit, root } = await repository(t)
  await write('params.yaml', 'rate: 0.5\n')
  const stage = ['-n', 'train', '-p', 'rate', '-o', 'model', '-M', 'm.yaml']
  const made = await run(
    'stage',
    'add',
    ...stage,
    'grep rate params.yaml > m.yaml && cp m.yaml model',
  )
  assert.equal(made.code, 0, made.stderr)
  assert.match((await run('why', 'train')).stdout, /never ran/)
  assert.deepEqual(await json('status'), {
    train: [
      { 'changed deps': { 'params.yaml': 'new' } },
      { 'changed outs': { 'm.yaml': 'deleted', model: 'deleted' } },
    ],
  })
  assert.match((await run('repro')).stdout, /1 stage ran/)
  commit()
  const tried = await run('exp', 'run', '-n', 'slow', '-S', 'rate=0.25', '--temp')
  assert.equal(tried.code, 0, tried.stderr)
  assert.match((await run('exp', 'show', '--md')).stdout, /\[slow\].*0\.25/)
  assert.match((await run('exp', 'diff', 'HEAD', 'slow')).stdout, /rate +0\.5 +0\.25 +-0\.25/)
  assert.match((await run('exp', 'apply', 'slow')).stdout, /params\.yaml/)
  assert.deepEqual(await json('params', 'diff'), {
    'params.yaml': { rate: { old: 0.5, new: 0.25, diff: -0.25 } },
  })
  assert.match(
    (await run('metrics', 'diff', '--md')).stdout,
    /\| m\.yaml \| rate +\| 0\.5 +\| 0\.25/,
  )
  assert.equal((await run('stage', 'list', '--name-only')).stdout, 'train\n')
  assert.match((await run('plots', 'show', '-o', 'drawn')).stdout, /0 plots in drawn/)
  assert.ok(existsSync(join(root, 'drawn/index.html')))
})

test('DVC’s exit codes: 253 outside a repository, 254 for wrong usage, 1 for a quiet change', async (t) => {
  const { run, write } = await repository(t)
  await write('x', 'x\n')
  await run('add', 'x')
  await write('x', 'y\n')
  assert.equal((await run('status', '-q')).code, 1)
  assert.equal((await run('push', '--no-such-flag')).code, 254)
  const outside = await temporaryFolder(t)
  for (const words of [['status'], ['repro'], ['repro', '--dry']]) {
    const child = await new Promise<Ended>((resolve) => {
      execFile(
        process.execPath,
        [program, ...words],
        { cwd: outside, env },
        (error, stdout, stderr) =>
          resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      )
    })
    assert.equal(child.code, 253, words.join(' '))
    assert.match(child.stderr, /tidemill init/)
  }
  assert.deepEqual(await readdir(outside), [], 'nothing was made there')
})

test('a column or template that flags of plots name must be there, and what dvc.yaml names and is not is warned of', async (t) => {
  const { run, write, git } = await repository(t)
  await write('p.csv', 'a,b\n1,2\n')
  await write('q.json', '[{"a": 1, "c": 2}]')
  await write('none.csv', 'd\n')
  await write('dvc.yaml', 'plots: [p.csv, q.json, none.csv]\n')
  git('add', '-A')
  git('commit', '-qm', 'one')
  const says = async (words: string, code: number, text: RegExp) => {
    const ended = await run('plots', ...words.split(' '))
    assert.equal(ended.code, code, words)
    assert.match(ended.stderr, text, words)
  }
  for (const more of ['', ' --json']) {
    await says(`show -x nosuch${more}`, 2, /no column \(there are a, b, c\) called nosuch/)
    await says(`show p.csv -y c${more}`, 2, /no column \(there are step, a, b\) called c/)
    await says(`diff -y nosuch${more}`, 2, /no column .* called nosuch/)
    await says(`show -t nosuch${more}`, 2, /no template \(there are linear, .*\) called nosuch/)
  }
  await says('show -x a -y b', 0, /^! q\.json has no column b: there are a, c\.\n$/)
  await says('show -x step -y a -t scatter', 0, /^$/)
  await write('dvc.yaml', 'plots: [p.csv: {x: lost, template: gone}]\n')
  await says('show', 0, /p\.csv has no column lost: there are a, b\.\n.*the template gone: there/)
  await says('show --quiet', 0, /^$/)
})

test('what nobody knows is named: as an error where data is meant, as a warning beside metrics and plots that are there', async (t) => {
  const { run, write, git } = await repository(t)
  await write('x', 'x\n')
  await run('add', 'x')
  await write('m.json', '{"m": 1}')
  await write('p.csv', 'a,b\n1,2\n')
  await write('dvc.yaml', 'metrics: [m.json]\nplots: [p.csv]\n')
  git('add', '-A')
  git('commit', '-qm', 'one')
  const says = async (words: readonly string[], code: number, text: RegExp) => {
    const ended = await run(...words)
    assert.equal(ended.code, code, words.join(' '))
    assert.match(ended.stderr, text)
    return ended.stdout
  }
  await says(['diff', '--targets', 'nosuch'], 2, /no data or file called nosuch/)
  await says(
    ['diff', 'HEAD', 'HEAD', '--targets', 'x', 'nosuch'],
    2,
    /no data or file called nosuch/,
  )
  assert.match((await run('diff', '--targets', 'm.json')).stdout, /No data differs/)
  const none = await says(['metrics', 'show', 'nosuch.json'], 0, /no file nosuch\.json to read/)
  assert.match(none, /No metrics in nosuch\.json/)
  const some = await says(['metrics', 'show', 'nosuch.json', 'm.json'], 0, /no file nosuch\.json/)
  assert.match(some, /^m\.json +1$/m)
  assert.equal(await says(['plots', 'show', 'nosuch.csv'], 0, /nothing to draw of nosuch/), '')
  assert.ok(!existsSync('dvc_plots'))
  const drawn = await says(['plots', 'show', 'p.csv', 'nosuch.csv'], 0, /draw of nosuch\.csv\.\n$/)
  assert.match(drawn, /1 plot in/)
  for (const word of ['checkout', 'push', 'dag']) {
    const ended = await run(word, 'nosuch')
    assert.match(ended.stderr, /no stage, data or output called nosuch|remote/, word)
  }
  assert.match((await run('checkout', '--relink')).stdout, /put anew; no content changed/)
  await says(['artifacts', 'get', '.', 'best'], 2, /no tag best@v1\.0\.0 or the like in this rep/)
})

test('wrong usage is told as JSON where JSON is asked for', async (t) => {
  const { run } = await repository(t)
  for (const words of [
    ['push', '--no-such-flag'],
    ['metrics', 'show', '--no-such-flag'],
    ['pshu'],
  ]) {
    const { code, stderr } = await run(...words, '--json')
    assert.equal(code, words[0] === 'pshu' ? 2 : 254)
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string } }
    assert.equal(error.code, 'bad_request')
    assert.match(error.message, words[0] === 'pshu' ? /no command "pshu"/ : /--no-such-flag/)
  }
})
