import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Project } from './project.ts'

const door = JSON.stringify(new URL('../../../src/pipeline/index.ts', import.meta.url).href)

/** Starts a call of the room on a project's `pipeline` in a process of its own; comes when the call begins. */
async function begin(made: Project, call: string) {
  const program = `import * as room from ${door}
const pipeline = room.loadPipeline(process.argv[1])
process.stdout.write('.')
await room.${call}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, made.root], {
    env: made.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  await Promise.race([once(child.stdout, 'data'), ended])
  return { child, ended }
}

/** How long a whole call takes. */
export async function durationOf(made: Project, call: string): Promise<number> {
  const { ended } = await begin(made, call)
  const started = performance.now()
  const [code] = await ended
  assert.equal(code, 0)
  return performance.now() - started
}

/** Kills a call with -9 after a while; whether it was still at work. */
export async function isKilled(made: Project, call: string, afterMs: number): Promise<boolean> {
  const { child, ended } = await begin(made, call)
  await Promise.race([delay(afterMs), ended])
  child.kill('SIGKILL')
  const [code, signal] = await ended
  assert.ok(signal === 'SIGKILL' || code === 0, `it failed by itself: ${code}`)
  return signal === 'SIGKILL'
}

/** Every object of a cache or remote is what its name says, and a folder's is there only when its files are, if they come first. */
export function wholeObjects(
  folder: string,
  { filesFirst }: { readonly filesFirst: boolean } = { filesFirst: true },
): void {
  const top = join(folder, 'files/md5')
  if (!existsSync(top)) return
  const has = (md5: string): boolean => existsSync(join(top, md5.slice(0, 2), md5.slice(2)))
  for (const prefix of readdirSync(top)) {
    for (const name of readdirSync(join(top, prefix))) {
      // what a dead process left half-written has another name
      if (!/^[0-9a-f]{30}(?:\.dir)?$/.test(name)) continue
      const bytes = readFileSync(join(top, prefix, name))
      assert.equal(`${prefix}${name}`.replace('.dir', ''), hash('md5', bytes, 'hex'))
      if (!filesFirst || !name.endsWith('.dir')) continue
      for (const { md5 } of JSON.parse(bytes.toString()) as { md5: string }[])
        assert.ok(has(md5), `${md5} of ${prefix}${name}`)
    }
  }
}
