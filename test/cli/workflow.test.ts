import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { gitIn } from '../support/git.ts'
import { temporaryFolder } from '../support/home.ts'
import { tidemill } from '../support/tidemill.ts'

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>
}

test('every command of the example’s workflow and image works on the example, and its report tells what changed', async (t) => {
  const dir = join(await temporaryFolder(t), 'pima')
  const made = await tidemill(['init', dir, '--template', 'diabetes'], process.cwd())
  assert.equal(made.code, 0, made.stderr)
  gitIn(dir)('init', '-q')
  const workflow = parse(
    await readFile(join(dir, '.github/workflows/tidemill.yml'), 'utf8'),
  ) as Workflow
  const lines = Object.values(workflow.jobs)
    .flatMap((job) => job.steps.map((step) => step.run ?? ''))
    .flatMap((run) => run.split('\n'))
    .filter((line) => line.startsWith('tidemill '))
  assert.equal(lines.length, 5)
  const image = await readFile(join(dir, 'Dockerfile'), 'utf8')
  for (const line of lines.slice(0, 3)) assert.ok(image.includes(line), `the image runs ${line}`)
  for (const line of lines.slice(0, 3)) {
    const { code, stderr } = await tidemill(line.split(' ').slice(1), dir)
    assert.equal(code, 0, `${line}: ${stderr}`)
  }
  gitIn(dir)('add', '-A')
  gitIn(dir)('commit', '-q', '-m', 'base')
  const params = await readFile(join(dir, 'params.yaml'), 'utf8')
  await writeFile(join(dir, 'params.yaml'), params.replace('test_size: 0.2', 'test_size: 0.3'))
  await tidemill(['repro', 'split_data'], dir)
  const report = lines[3]?.replace('origin/${{ github.base_ref }}', 'HEAD').split(' ').slice(1)
  const { code, stderr } = await tidemill(report ?? [], dir)
  assert.equal(code, 0, stderr)
  const text = await readFile(join(dir, 'report.md'), 'utf8')
  assert.match(text, /Gate of KNNforDiabetes, version 1: passed/)
  assert.match(text, /split_data\.test_size +\| 0\.2 +\| 0\.3/)
  assert.match(text, /modified \| data\/split\/test\.csv +\| 1 modified +\| [^|]+\| \d+ → \d+/)
  assert.match(text, /```mermaid\nflowchart/)
  assert.ok(text.length < 65_536)
})

test('the pipeline for GitLab parses, and its commands on the change are those of GitHub’s workflow', async (t) => {
  const dir = await temporaryFolder(t)
  const made = await tidemill(['init', dir, '--ci', 'gitlab'], process.cwd())
  assert.equal(made.code, 0, made.stderr)
  const pipeline = parse(await readFile(join(dir, '.gitlab-ci.yml'), 'utf8')) as {
    readonly stages: readonly string[]
    readonly check: { readonly script: readonly string[]; readonly after_script: readonly string[] }
  }
  assert.deepEqual(pipeline.stages, ['check', 'deploy'])
  assert.deepEqual(pipeline.check.script.slice(1), [
    'tidemill apply --yes',
    'tidemill repro',
    'tidemill models promote-best',
  ])
  assert.match(pipeline.check.after_script.join('\n'), /report --base FETCH_HEAD --post gitlab/)
  const other = await tidemill(['init', dir, '--ci', 'jenkins'], process.cwd())
  assert.notEqual(other.code, 0)
  assert.match(other.stderr, /jenkins.*github.*gitlab/)
})

test('a report against a revision that is not there says so', async (t) => {
  const dir = join(await temporaryFolder(t), 'pima')
  await tidemill(['init', dir, '--template', 'diabetes'], process.cwd())
  gitIn(dir)('init', '-q')
  const { code, stderr } = await tidemill(['report', '--base', 'nowhere'], dir)
  assert.notEqual(code, 0)
  assert.match(stderr, /nowhere/)
})
