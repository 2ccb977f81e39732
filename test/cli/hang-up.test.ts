import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { program } from '../support/tidemill.ts'

const skipScript = existsSync('/usr/bin/script') ? false : 'there is no script(1)'

/** Starts a stage that takes a while and closes the terminal on it; answers how the program ended. */
async function hungUp(t: TestContext, terminal: boolean): Promise<{ root: string; code: number }> {
  const root = join(await temporaryFolder(t), 'repo')
  mkdirSync(join(root, '.dvc'), { recursive: true })
  const stage =
    'stages:\n  s: {cmd: echo $PPID > begun && sleep 1 && echo done > out, outs: [out]}\n'
  writeFileSync(join(root, 'dvc.yaml'), stage)
  const repro = [process.execPath, program, 'repro']
  const [command = '', ...args] = terminal
    ? ['script', '-qec', `echo $$ > pid; exec ${repro.join(' ')}`, '/dev/null']
    : ['/bin/sh', '-c', 'echo $$ > pid; exec "$0" "$@"', ...repro]
  const child = spawn(command, args, {
    cwd: root,
    stdio: 'ignore',
    env: { ...process.env, SHELL: '/bin/sh', TIDEMILL_HOME: '' },
  })
  const ended = once(child, 'exit') as Promise<[number | null]>
  while (!existsSync(join(root, 'begun'))) await delay(20)
  process.kill(Number(readFileSync(join(root, 'pid'), 'utf8')), 'SIGHUP')
  const [code] = await ended
  return { root, code: code ?? -1 }
}

test('closing the terminal ends the run and its stage', { skip: skipScript }, async (t) => {
  const { root, code } = await hungUp(t, true)
  assert.notEqual(code, 0)
  assert.equal(existsSync(join(root, 'out')), false)
})

test('a run without a terminal, as nohup starts it, outlives the closing of one', async (t) => {
  const { root, code } = await hungUp(t, false)
  assert.equal(code, 0)
  assert.equal(existsSync(join(root, 'out')), true)
})
