import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openApp } from '#app'
import { reproduce } from '../../src/app/steps/reproduce.ts'
import { temporaryFolder } from '../support/home.ts'
import { tidemill } from '../support/tidemill.ts'

const script = `import { startRun } from 'tidemill'
const run = await startRun({ experiment: 'e' })
// A second of no work, 300 MB of memory that is written, and a file of 3 MB.
const memory = Buffer.alloc(300e6, 7)
await new Promise((resolve) => setTimeout(resolve, 1000))
const { writeFileSync } = await import('node:fs')
writeFileSync('out', memory.subarray(0, 3e6))
console.log(process.env.MLFLOW_RUN_CONTEXT)
await run.end()
`

async function project(t: TestContext) {
  const dir = await temporaryFolder(t)
  await writeFile(join(dir, 'train.ts'), script)
  await writeFile(
    join(dir, 'dvc.yaml'),
    'stages:\n  train:\n    cmd: tidemill exec train.ts\n    deps: [train.ts]\n    outs: [out]\n',
  )
  execFileSync('git', ['init', '--quiet'], { cwd: dir })
  const home = join(dir, '.tidemill')
  const app = await openApp({ home, workspace: dir })
  t.after(() => app.close())
  return { dir, home, rooms: await app.project('default') }
}

test('a run that a stage made carries the seconds, memory and bytes that the stage used, whether the server or the command line ran it', async (t) => {
  const { dir, home, rooms } = await project(t)
  await reproduce(rooms, { all: true })
  const again = await tidemill(['repro', '--force', '--home', home], dir)
  assert.equal(again.code, 0, again.stderr)
  assert.match(again.stderr, /\{"tidemill\.attempt":"/)
  const { items } = await rooms.tracking.search({})
  assert.equal(items.length, 2)
  assert.notEqual(items[0]?.tags['tidemill.attempt'], items[1]?.tags['tidemill.attempt'])
  for (const { metrics } of items) {
    const of = (name: string): number => metrics[`system/stage_${name}`] ?? NaN
    assert.ok(of('wall_seconds') > 1 && of('wall_seconds') < 60, `${of('wall_seconds')} s`)
    assert.ok(of('cpu_seconds') > 0.1, `${of('cpu_seconds')} s of CPU`)
    assert.ok(of('peak_rss_bytes') > 300e6 && of('peak_rss_bytes') < 3e9)
    assert.ok(of('written_bytes') >= 3e6)
    assert.ok(of('read_bytes') > 0)
  }
})
