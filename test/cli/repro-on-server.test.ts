import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { noted, project } from '../pipeline/support/project.ts'
import { runningServer } from '../support/home.ts'
import { tidemill } from '../support/tidemill.ts'

/** Three stages in a row on a server, the first two of them stale. */
async function open(t: TestContext) {
  const made = await project(t, {
    '.gitignore': '.tidemill\n',
    seed: 'a\n',
    'dvc.yaml': `stages:
  one: {cmd: '${noted('one', 'cp seed a')}', deps: [seed], outs: [a]}
  two: {cmd: '${noted('two', 'cat a script > b')}', deps: [a, script], outs: [b]}
  three: {cmd: '${noted('three', 'cp b c')}', deps: [b], outs: [c]}
`,
    script: '1\n',
  })
  await made.repro()
  made.took()
  const server = await runningServer(t, { dir: made.root })
  const before = process.env.RAN
  process.env.RAN = made.env.RAN
  t.after(() => {
    if (before === undefined) delete process.env.RAN
    else process.env.RAN = before
  })
  made.write({ seed: 'b\n', script: '2\n' })
  const repro = (...words: string[]) =>
    tidemill(['repro', ...words, '--url', server.url], made.root)
  return { made, repro }
}

test('repro --dry of a server says what would run there and why, and runs nothing', async (t) => {
  const { made, repro } = await open(t)
  const lock = made.read('dvc.lock')
  const { code, stdout, stderr } = await repro('--dry', '--force')
  assert.equal(code, 0, stderr)
  assert.match(stdout, /run +one\n.*--force\n +the dependency seed changed/)
  assert.match(stdout, /run +three\n/)
  assert.match(stdout, /This will take about .* of memory/)
  const one = JSON.parse((await repro('--dry', '--json', 'one')).stdout)
  assert.deepEqual(
    one.stages.map(({ stage, action }: { stage: string; action: string }) => [stage, action]),
    [['one', 'run']],
  )
  assert.deepEqual(made.took(), [])
  assert.equal(made.read('dvc.lock'), lock)
})

test('repro --downstream of a server runs the targets and what needs them, and not what they need', async (t) => {
  const { made, repro } = await open(t)
  const { code, stdout, stderr } = await repro('--downstream', 'two')
  assert.equal(code, 0, stderr)
  assert.match(stdout, /done/)
  assert.deepEqual(made.took(), ['two', 'three'])
  assert.equal((await repro('-P', '--quiet')).stdout, '')
  assert.deepEqual(made.took(), ['one', 'two', 'three'])
})

test('a flag that a server does not take is refused by name, and nothing runs', async (t) => {
  const { made, repro } = await open(t)
  for (const [words, said] of [
    [['-s', 'two'], /--single-item is for a run on this machine.*leave it out/],
    [['--no-run-cache', '-j', '1'], /--no-run-cache, --jobs are for a run on this machine/],
    [['--pull', '--trace', '--keep-going'], /--keep-going, --pull, --trace are/],
    [['--isolated', '--dry'], /--isolated is for/],
  ] as const) {
    const { code, stderr } = await repro(...words)
    assert.notEqual(code, 0)
    assert.match(stderr, said)
  }
  assert.deepEqual(made.took(), [])
})
