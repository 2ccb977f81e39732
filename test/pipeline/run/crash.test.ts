import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { loadPipeline, status } from '#pipeline'
import { project, type Project } from '../support/project.ts'

const kills = 30
const own = (path: string): string =>
  JSON.stringify(new URL(`../../../src/pipeline/${path}`, import.meta.url).href)
const program = `import { loadPipeline } from ${own('load-pipeline.ts')}
import { repro } from ${own('run/repro.ts')}
process.stdout.write('.')
await repro(loadPipeline(process.argv[1]), { jobs: 2 })`

// each output is written in two halves with a pause, so that a kill often falls between them
const stages = ['a', 'b', 'c', 'd', 'e']
const files = {
  seed: 'seed\n',
  'dvc.yaml': `stages:\n${stages
    .map((name, index) => {
      const dep = index < 2 ? 'seed' : (stages[index - 2] ?? 'seed')
      const half = `cat ${dep}; echo ${name}`
      return `  ${name}:\n    cmd: (${half}; sleep 0.05; ${half}) > ${name} && mkdir -p dir-${name} && cp ${name} dir-${name}/one && sleep 0.03 && cp ${dep} dir-${name}/two\n    deps:\n    - ${dep}\n    outs:\n    - ${name}\n    - dir-${name}\n`
    })
    .join('')}`,
}

function contentOf(name: string): string {
  const index = stages.indexOf(name)
  if (index < 0) return files.seed
  const half = `${contentOf(index < 2 ? 'seed' : (stages[index - 2] ?? 'seed'))}${name}\n`
  return half + half
}

/** Runs the pipeline in a process of its own and kills that, and only that, after a while. */
async function killed(made: Project, afterMs: number): Promise<boolean> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, made.root], {
    env: made.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  await Promise.race([delay(afterMs), ended])
  child.kill('SIGKILL')
  const [, signal] = await ended
  return signal === 'SIGKILL'
}

function wholeObjects(root: string): void {
  const top = join(root, '.dvc/cache/files/md5')
  if (!existsSync(top)) return
  for (const prefix of readdirSync(top)) {
    for (const name of readdirSync(join(top, prefix))) {
      if (name.endsWith('.tmp')) continue
      const md5 = hash('md5', readFileSync(join(top, prefix, name)), 'hex')
      assert.equal(`${prefix}${name}`.replace('.dir', ''), md5)
    }
  }
}

test(`a run killed at any of ${kills} points leaves nothing half-made that is believed, and the next one completes`, async (t) => {
  const made = await project(t, files)
  const pauses = fc.sample(fc.integer({ min: 0, max: 120 }), { numRuns: 4 * kills, seed: 7 })
  let hit = 0
  for (const [index, ms] of pauses.entries()) {
    if (hit >= kills) break
    if (await killed(made, ms)) hit += 1
    wholeObjects(made.root)
    // what the lock says is true of the cache, whatever lies in the work tree
    const locked = existsSync(join(made.root, 'dvc.lock')) ? made.read('dvc.lock') : ''
    for (const [, md5 = ''] of locked.matchAll(/md5: ([0-9a-f]{32}(?:\.dir)?)/g)) {
      const object = join(made.root, '.dvc/cache/files/md5', md5.slice(0, 2), md5.slice(2))
      assert.ok(md5 === hash('md5', files.seed, 'hex') || existsSync(object), md5)
    }
    if (index % 4 !== 3) continue
    await made.repro({ jobs: 2 })
    for (const name of stages) {
      assert.equal(made.read(name), contentOf(name))
      assert.equal(made.read(`dir-${name}/one`), contentOf(name))
    }
    assert.deepEqual(await status(loadPipeline(made.root)), [])
    // start over, from the cache half of the time
    rmSync(join(made.root, 'dvc.lock'))
    if (index % 8 === 3) rmSync(join(made.root, '.dvc/cache'), { recursive: true })
    for (const name of stages) made.drop(name, `dir-${name}`)
  }
  assert.equal(hit, kills)
  // what the last killed run left behind ends with the next one
  await made.repro({ jobs: 2 })
})
