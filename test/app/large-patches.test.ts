import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { httpCaller, operations, uncommittedPath } from '#contract'
import { gitIn } from '../support/git.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'

const { runs } = operations

/** Asks why a run with a patch differs from one without, of a commit with a file of eight megabytes. */
async function open(t: TestContext) {
  const dir = await temporaryFolder(t)
  const git = gitIn(dir)
  git('init', '-q')
  await writeFile(join(dir, 'large.txt'), 'a line of text\n'.repeat(600_000))
  git('add', '-A')
  git('commit', '-qm', 'one')
  const code = git('rev-parse', 'HEAD').trim()
  const server = await runningServer(t, { dir })
  const caller = httpCaller({ url: server.url })
  const plain = await caller.call(runs.create, { experiment: 'e', source: { code } })
  const why = async (patch: string) => {
    const digest = `sha256:${createHash('sha256').update(patch).digest('hex')}`
    const uncommitted = { digest, whole: true, left: [] }
    const source = { code: `${code}+dirty`, uncommitted }
    const { run } = await caller.call(runs.create, { experiment: 'e', name: 'odd', source })
    await caller.call(runs.putArtifact, { run: run.id, path: uncommittedPath }, Buffer.from(patch))
    return (await caller.call(runs.why, { run: plain.run.id, other: run.id })).code
  }
  return { dir, git, why }
}

test('a patch of little that says it unpacks to much is not applied, and the answer says so', async (t) => {
  const { dir, git, why } = await open(t)
  await writeFile(join(dir, 'packed.bin'), new Uint8Array(70 << 20))
  git('add', '-N', 'packed.bin')
  const packed = git('diff', '--binary', 'HEAD')
  assert.ok(packed.length < 1 << 20)
  const { problem, files } = await why(packed)
  assert.match(problem ?? '', /^Of odd the files in its patch .* come to more than 64 MiB/)
  assert.deepEqual(files, [])
  const forged = packed.replace(/^literal .*$/m, 'literal  -1')
  assert.match((await why(forged)).problem ?? '', /come to more than 64 MiB/)
})

test(
  'a patch that copies a large file many times is held to bounds of memory',
  { skip: process.platform === 'linux' ? false : 'the system holds no program to its memory' },
  async (t) => {
    const { why } = await open(t)
    const copies = Array.from(
      { length: 200 },
      (_, at) =>
        `diff --git a/large.txt b/copy${at}\nsimilarity index 100%\ncopy from large.txt\ncopy to copy${at}\n`,
    )
    const { problem } = await why(copies.join(''))
    assert.match(problem ?? '', /^Of odd Git needs more than 512 MiB to apply its patch/)
    const few = await why(copies.slice(0, 2).join(''))
    assert.match(few.problem ?? '', /^The difference is longer than 4 MiB/)
  },
)

test('a patch of very many files is compared like any other', async (t) => {
  const { why } = await open(t)
  const many = Array.from(
    { length: 10_000 },
    (_, at) =>
      `diff --git a/n${at} b/n${at}\nnew file mode 100644\n--- /dev/null\n+++ b/n${at}\n@@ -0,0 +1 @@\n+x\n`,
  )
  const { files, problem } = await why(many.join(''))
  assert.equal(problem, undefined)
  assert.equal(files.length, 10_000)
})
