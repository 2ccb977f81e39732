import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { add, addRemote, loadPipeline, push } from '#pipeline'
import { project, type Project } from '../pipeline/support/project.ts'
import { smallDisk } from '../support/small-disk.ts'
import { tidemill } from '../support/tidemill.ts'

const words = 'one two three four five six seven eight nine ten'

const pipeline = `stages:
  take:
    cmd: cp raw/a clean && echo ${words} $\{rate} ${words}
    deps: [raw]
    params: [rate]
    outs: [clean]
  split:
    cmd: cp clean left && cp clean right
    deps: [clean]
    outs: [left, right]
  join:
    cmd: cat left right > joined
    deps: [left, right]
    outs: [joined]
  beside:
    cmd: cp other beside.out
    deps: [other]
    outs: [beside.out]
`

async function worked(t: Parameters<typeof project>[0]): Promise<Project> {
  const made = await project(
    t,
    { 'dvc.yaml': pipeline, 'params.yaml': 'rate: 1\n', 'raw/a': 'a\n', other: 'o\n' },
    { git: true },
  )
  await add(loadPipeline(made.root), ['raw'])
  await made.repro()
  return made
}

test('status says what is to be done and of the rest how many there are, a line for all that comes from above', async (t) => {
  const made = await worked(t)
  made.write({ 'params.yaml': 'rate: 2\n' })
  const { stdout } = await tidemill(['status'], made.root)
  assert.match(stdout, /^1 stage of 4 is up to date\.$/m)
  assert.doesNotMatch(stdout, /beside/)
  assert.match(stdout, /stages before it will make left and right anew/)
})

test('of a long command that changed status shows what differs, with a little around it', async (t) => {
  const made = await worked(t)
  made.write({ 'params.yaml': 'rate: 2\n' })
  const { stdout } = await tidemill(['why', 'take'], made.root)
  assert.match(stdout, /its command changed from "… nine ten 1 one …" to "… nine ten 2 one …"/)
})

test('status of a new clone calls data missing and says what brings it', async (t) => {
  const made = await worked(t)
  addRemote(made.root, 'store', join(made.root, '../store'), { asDefault: true, from: made.root })
  await push(loadPipeline(made.root))
  for (const path of ['.dvc/cache', 'raw', 'clean', 'left', 'right', 'joined', 'beside.out'])
    rmSync(join(made.root, path), { recursive: true })
  const { stdout } = await tidemill(['status'], made.root)
  assert.match(stdout, /^missing raw\.dvc$/m)
  assert.match(stdout, /comes from the remote with: tidemill pull\n$/)
  await tidemill(['pull'], made.root)
  made.write({ 'raw/b': 'b\n' })
  assert.match((await tidemill(['status'], made.root)).stdout, /^record {2}raw\.dvc$/m)
})

test('a failure is told once; with --keep-going each as it comes, with its log, and at the end how all went', async (t) => {
  const made = await worked(t)
  made.write({
    'dvc.yaml': pipeline.replace('cp clean left', 'false').replace('cp other', 'false'),
    other: 'p\n',
  })
  const once = await tidemill(['repro'], made.root)
  assert.equal(once.stderr.match(/The stage split failed with exit code 1/g)?.length, 1)
  const { code, stderr } = await tidemill(['repro', '-k'], made.root)
  assert.equal(code, 65)
  assert.match(stderr, /✗ The stage beside failed .*\n {2}Its log: tidemill stage logs beside\n/)
  assert.match(
    stderr,
    /✗ 2 failed \(split, beside\), 1 stage behind them was not reached; 0 ran, 0 came from the cache\n$/,
  )
})

test('an experiment that goes on after failures tells each once, and at the end how all went', async (t) => {
  const stages = `stages:
  one: {cmd: 'false', deps: [seed], outs: [a]}
  two: {cmd: 'exit 3', deps: [seed], outs: [b]}
  three: {cmd: cp seed c, deps: [seed], outs: [c]}
`
  const made = await project(t, { seed: '', 'dvc.yaml': stages }, { git: true })
  made.git('add', '-A')
  made.git('commit', '-qm', 'one')
  for (const flags of [[], ['--quiet']]) {
    const { code, stderr } = await tidemill(['exp', 'run', '-k', ...flags], made.root)
    assert.equal(code, 65)
    assert.equal(stderr.match(/The stage one failed/g)?.length, 1, stderr)
    assert.match(stderr, /✗ 2 failed \(one, two\); [01] ran, 0 came from the cache\n$/)
  }
  const json = await tidemill(['exp', 'run', '-k', '--json'], made.root)
  assert.match(json.stderr + json.stdout, /"code": ?"stage_failed"/)
})

test('with --keep-going an error that is of no stage is said as without it', async (t) => {
  const made = await worked(t)
  const unknown = await tidemill(['repro', '--keep-going', 'nosuch'], made.root)
  assert.deepEqual(unknown, await tidemill(['repro', 'nosuch'], made.root))
  assert.match(unknown.stderr, /nosuch/)
})

test('a stage is named once, then what its log says, then how long it took', async (t) => {
  const made = await worked(t)
  const { stderr } = await tidemill(['repro', '-f', '-s', 'beside'], made.root)
  assert.match(stderr, /^beside\n {2}> cp other beside\.out\n✓ beside [\d.]+ s\n$/)
  const several = await tidemill(['repro', '-f', '-s', '-j', '2', 'beside'], made.root)
  assert.match(several.stderr, /^beside \| > cp other beside\.out\n✓ beside [\d.]+ s\n$/)
})

test('an experiment ends with a line of named metrics for each file, and is not forgotten by the next commit', async (t) => {
  const made = await project(
    t,
    {
      'dvc.yaml':
        'stages:\n  s:\n    cmd: cp params.yaml m.yaml\n    params: [rate]\n    metrics: [m.yaml: {cache: false}]\n',
      'params.yaml': 'rate: 0.123456789\nnested:\n  depth: 3\n',
    },
    { git: true },
  )
  made.git('add', '-A')
  made.git('commit', '-qm', 'start')
  const { stdout } = await tidemill(['exp', 'run'], made.root)
  assert.match(stdout, /^ {2}m\.yaml {2}rate 0\.1235 {2}nested\.depth 3$/m)
  made.git('add', '-A')
  made.git('commit', '-qm', 'go on')
  const list = await tidemill(['exp', 'list'], made.root)
  assert.equal(list.stdout, 'None here, 1 on other commits: tidemill exp list --all-commits\n')
})

test('a forecast begins with the stages of which nothing is known', async (t) => {
  const made = await worked(t)
  made.write({
    'dvc.yaml': `${pipeline}  fresh:\n    cmd: cp other fresh\n    deps: [other]\n    outs: [fresh]\n`,
  })
  const { stdout } = await tidemill(['repro', '--dry', '--force'], made.root)
  assert.match(stdout, /How long fresh will take is not known, as it never ran here; the rest will/)
})

test('a setting that there is not is refused by its name, without a line of the file where it is not', async (t) => {
  const made = await project(t, {}, { git: true })
  const { code, stderr } = await tidemill(['config', 'core.remot', 'x'], made.root)
  assert.equal(code, 2)
  assert.match(stderr, /✗ core has no setting remot, did you mean remote\n/)
  assert.doesNotMatch(stderr, /config:\d|nothing was run/)
})

test('a run on a full disk says that there is no space, and goes on when there is', async (t) => {
  const disk = await smallDisk(t, 2)
  if (disk === undefined) return
  const write = (path: string, text: string | Buffer) => writeFileSync(join(disk, path), text)
  await tidemill(['init', '--no-scm'], disk)
  write('dvc.yaml', 'stages:\n  s:\n    cmd: cp in out\n    deps: [in]\n    outs: [out]\n')
  write('in', 'x\n')
  const filler = join(disk, 'filler')
  // what the disk holds and then some: writing ends where it is full
  assert.throws(() => writeFileSync(filler, Buffer.alloc(4_000_000)))
  const full = await tidemill(['repro'], disk)
  assert.match(full.stderr, /✗ There is no space left while writing .*\n {2}Free some space/)
  assert.equal(full.code, 69)
  rmSync(filler)
  assert.equal((await tidemill(['repro'], disk)).code, 0)
})
