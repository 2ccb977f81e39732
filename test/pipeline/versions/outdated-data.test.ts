import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { TidemillError } from '#contract'
import { add, checkout, commit, dvcStatus, loadPipeline, saveWorkTree, status } from '#pipeline'
import { tidemill } from '../../support/tidemill.ts'
import { noted, project, type Project } from '../support/project.ts'

const pipeline = `stages:
  train: {cmd: "${noted('train', 'cat raw.csv > model')}", deps: [raw.csv, more], outs: [model]}
`

function md5(text: string): string {
  return hash('md5', text, 'hex')
}

/** Two commits with other data each; by `behind` the work tree is at the second, and the data still of the first. */
async function twoVersions(
  t: TestContext,
  files: Readonly<Record<string, string>> = {},
): Promise<Project & { readonly behind: () => Promise<void>; readonly first: string }> {
  const made = await project(t, { 'dvc.yaml': pipeline, ...files }, { git: true })
  const data = ['raw.csv', 'more']
  const keep = async (text: string): Promise<string> => {
    made.write({ 'raw.csv': text, 'more/a': text, 'more/b': 'same\n' })
    await add(loadPipeline(made.root), data)
    await made.repro()
    made.git('add', '-A')
    made.git('commit', '-qm', text.trim())
    return made.git('rev-parse', '--short=7', 'HEAD').trim()
  }
  const first = await keep('one\n')
  await keep('two\n')
  made.took()
  const behind = async (): Promise<void> => {
    made.git('checkout', '-qf', 'HEAD~1')
    await checkout(loadPipeline(made.root), { force: true })
    made.git('checkout', '-q', 'main')
  }
  return { ...made, behind, first }
}

function isRefusal(first: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof TidemillError, String(error))
    assert.equal(error.code, 'data_outdated')
    assert.ok(error.message.includes(`raw.csv is still of commit ${first}, raw.csv.dvc is not`))
    assert.ok(error.message.includes(`more is still of commit ${first}, more.dvc is not`))
    return true
  }
}

test('repro records nothing over a .dvc file that Git brought without its data, and says which commit the data is of', async (t) => {
  const made = await twoVersions(t)
  await made.behind()
  for (const options of [{}, { single: true }, { allowMissing: true }, { force: true }])
    await assert.rejects(made.repro(options), isRefusal(made.first))
  assert.equal(made.git('status', '--porcelain'), '')
  assert.deepEqual(made.took(), [])
  await checkout(loadPipeline(made.root))
  assert.equal((await made.repro()).changed, false)
  assert.equal(made.read('raw.csv'), 'two\n')
})

test('data that Git left behind is kept by commit, and what somebody wrote since is an edit as ever', async (t) => {
  const made = await twoVersions(t)
  await made.behind()
  await commit(loadPipeline(made.root), { targets: ['raw.csv.dvc', 'more.dvc'] })
  assert.equal(made.git('diff', '--name-only'), 'more.dvc\nraw.csv.dvc\n')
  assert.equal((await made.repro()).changed, true)
  assert.equal(made.read('model'), 'one\n')
  made.git('commit', '-qam', 'one again')
  // as the first commit has it, and yet somebody's doing
  made.git('checkout', '-qf', 'HEAD~1')
  await checkout(loadPipeline(made.root), { force: true })
  await delay(20)
  made.write({ 'raw.csv': 'one\n', 'more/a': 'one\n' })
  await made.repro()
  assert.equal(made.git('diff', '--name-only', '--', '*.dvc'), 'more.dvc\nraw.csv.dvc\n')
})

test('data that Git left behind and that was edited besides is an edit', async (t) => {
  const made = await twoVersions(t)
  await made.behind()
  made.write({ 'raw.csv': 'two\n', 'more/a': 'one\n', 'more/c': 'mine\n' })
  for (const path of ['more/a', 'more/c']) utimesSync(join(made.root, path), 1, 1)
  await made.repro()
  assert.equal(made.git('diff', '--name-only', '--', '*.dvc'), 'more.dvc\n')
})

test('a .dvc file that is not as the last commit has it says what its user wants', async (t) => {
  const made = await twoVersions(t)
  await made.behind()
  made.write({ 'raw.csv': 'three\n', 'more/a': 'three\n' })
  await add(loadPipeline(made.root), ['raw.csv', 'more'])
  made.write({ 'raw.csv': 'one\n', 'more/a': 'one\n' })
  for (const path of ['raw.csv', 'more/a', 'more/b']) utimesSync(join(made.root, path), 1, 1)
  await made.repro()
  assert.equal(made.git('diff', made.first, '--name-only', '--', '*.dvc'), '')
})

test('status names the commit that data is still of, in DVC’s form as modified', async (t) => {
  const made = await twoVersions(t)
  await made.behind()
  const found = await status(loadPipeline(made.root))
  assert.deepEqual(
    found.flatMap(({ reasons }) => reasons.flatMap(({ outdated }) => outdated ?? [])),
    [
      { commit: made.first, file: 'more.dvc' },
      { commit: made.first, file: 'raw.csv.dvc' },
    ],
  )
  assert.deepEqual(dvcStatus(loadPipeline(made.root), found)['raw.csv.dvc'], [
    { 'changed outs': { 'raw.csv': 'modified' } },
  ])
  const { stdout } = await tidemill(['status'], made.root)
  assert.match(stdout, /^behind +raw\.csv\.dvc\n +the output raw\.csv is still of commit /m)
  assert.match(stdout, /Nothing runs while data is behind/)
})

test('exp save and exp run take no data for the user’s that Git left behind', async (t) => {
  const made = await twoVersions(t)
  await made.behind()
  await assert.rejects(saveWorkTree(made.root), isRefusal(made.first))
  const ran = await tidemill(['exp', 'run'], made.root)
  assert.equal(ran.code, 2)
  assert.match(ran.stderr, /raw\.csv is still of commit/)
  assert.match(ran.stderr, /tidemill checkout\. .*: tidemill commit raw\.csv\.dvc more\.dvc\./)
  assert.equal(made.git('for-each-ref', 'refs/exps'), '')
  made.drop('.dvc/cache')
  const { stderr } = await tidemill(['repro'], made.root)
  assert.match(stderr, /Bring it with: tidemill pull\./)
})

test('what another branch has is left behind by git switch as an older commit’s is by git pull', async (t) => {
  const made = await twoVersions(t)
  made.git('switch', '-qc', 'aside', 'HEAD~1')
  await assert.rejects(made.repro(), /raw\.csv is still of commit .*, raw\.csv\.dvc is not/)
  await checkout(loadPipeline(made.root))
  await made.repro()
  assert.equal(made.git('status', '--porcelain'), '')
})

test('where Git has lost a part of its history data that differs is an edit as ever', async (t) => {
  const made = await twoVersions(t)
  await made.behind()
  const object = made.git('rev-parse', 'HEAD~1').trim()
  made.write({ [join('.git/objects', object.slice(0, 2), object.slice(2))]: 'no object' })
  await made.repro()
  assert.equal(made.read('model'), 'one\n')
})

test('data that Git left behind is known by the digests of DVC 2 as well', async (t) => {
  const made = await project(t, {}, { git: true })
  // those of a text with line ends of Windows are of the text without
  for (const text of ['one\n', 'two\n']) {
    made.write({ 'raw.csv.dvc': `outs:\n- md5: ${md5(text)}\n  size: 5\n  path: raw.csv\n` })
    made.git('add', '-A')
    made.git('commit', '-qm', 'next')
  }
  made.write({ 'raw.csv': 'one\r\n' })
  utimesSync(join(made.root, 'raw.csv'), 1, 1)
  const [found] = await status(loadPipeline(made.root))
  assert.equal(found?.reasons[0]?.outdated?.file, 'raw.csv.dvc')
  const now = md5('two\r\n')
  made.write({
    'raw.csv': 'two\r\n',
    'raw.csv.dvc': `outs:\n- md5: ${now}\n  hash: md5\n  path: raw.csv\n`,
  })
  utimesSync(join(made.root, 'raw.csv'), 1, 1)
  made.git('commit', '-qam', 'what DVC 3 writes')
  const [same] = await status(loadPipeline(made.root))
  assert.deepEqual(
    [same?.reasons[0]?.state, same?.reasons[0]?.outdated],
    ['not in cache', undefined],
  )
})

test('frozen stages, and those that go on from their last output, do not take what Git left behind', async (t) => {
  for (const declared of ['outs: [model], frozen: true', 'outs: [model: {persist: true}]']) {
    const stages = (of: string) =>
      `stages:\n  train: {cmd: "cat seed >> model", deps: [seed], ${of}}\n`
    const made = await project(
      t,
      { seed: 'a\n', 'dvc.yaml': stages('outs: [model]') },
      { git: true },
    )
    const keep = (): void => void (made.git('add', '-A'), made.git('commit', '-qm', 'next'))
    await made.repro()
    made.write({ 'dvc.yaml': stages(declared) })
    keep()
    made.write({ 'dvc.yaml': stages('outs: [model]'), seed: 'b\n' })
    await made.repro()
    made.write({ 'dvc.yaml': stages(declared) })
    keep()
    made.git('checkout', '-q', 'HEAD~1')
    await checkout(loadPipeline(made.root))
    made.git('checkout', '-q', 'main')
    await assert.rejects(made.repro(), /model is still of commit .*, dvc\.lock is not/)
    assert.equal(made.git('status', '--porcelain'), '')
  }
})

test('data that Git left behind is known whatever its files are called, and whatever people let Git print', async (t) => {
  const made = await project(t, { 'dvc.yaml': 'stages: {}\n' }, { git: true })
  const names = ['a b', 'a\nb', ':ü"x']
  for (const text of ['one\n', 'two\n']) {
    for (const name of names) made.write({ [name]: text })
    for (const name of names) await add(loadPipeline(made.root), [`./${name}`])
    made.git('add', '-A')
    made.git('commit', '-qm', text.trim())
  }
  made.git('config', 'log.showRoot', 'false')
  made.git('config', 'log.showSignature', 'true')
  made.git('checkout', '-q', 'HEAD~1')
  await checkout(loadPipeline(made.root), { force: true })
  made.git('checkout', '-q', 'main')
  const found = await status(loadPipeline(made.root))
  // one with a line's end cannot be asked for
  assert.deepEqual(
    found.map(({ name, reasons }) => [name, reasons[0]?.outdated !== undefined]),
    [
      [':ü"x.dvc', true],
      ['a\nb.dvc', false],
      ['a b.dvc', true],
    ],
  )
})

test('Git is asked as often for many files as for one, and not at all of what somebody wrote, where nothing differs or there is none', async (t) => {
  const trace = join((await project(t)).root, 'asked')
  const asked = async (made: Project): Promise<number> => {
    process.env.GIT_TRACE2 = trace
    await status(loadPipeline(made.root))
    delete process.env.GIT_TRACE2
    const said = existsSync(trace) ? readFileSync(trace, 'utf8') : ''
    rmSync(trace, { force: true })
    return said.match(/ start /g)?.length ?? 0
  }
  t.after(() => delete process.env.GIT_TRACE2)
  const made = await twoVersions(t)
  assert.equal(await asked(made), 0)
  made.write({ 'raw.csv': 'three\n', 'more/a': 'three\n' })
  assert.equal(await asked(made), 0)
  utimesSync(join(made.root, 'raw.csv'), 1, 1)
  const one = await asked(made)
  assert.ok(one > 0)
  utimesSync(join(made.root, 'more/a'), 1, 1)
  assert.equal(await asked(made), one)
  const alone = await project(t, { 'raw.csv': 'one\n' })
  await add(loadPipeline(alone.root), ['raw.csv'])
  alone.write({ 'raw.csv': 'two\n' })
  assert.equal(await asked(alone), 0)
})
