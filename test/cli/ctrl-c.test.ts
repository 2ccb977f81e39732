import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { program } from '../support/tidemill.ts'

/** What a terminal does where an older Node runs bin/tidemill.js: the signal comes of the terminal, and of the process that started this one. */
async function pressCtrlC(child: ChildProcess): Promise<void> {
  child.kill('SIGINT')
  // two of a kind at one moment are one to the system
  await delay(5)
  child.kill('SIGINT')
}

test('Ctrl-C that reaches a run twice ends its stage, and says so', async (t) => {
  const root = join(await temporaryFolder(t), 'repo')
  mkdirSync(join(root, '.dvc'), { recursive: true })
  const stage = 'stages:\n  s: {cmd: echo $$ > begun && sleep 60 && echo done > out, outs: [out]}\n'
  writeFileSync(join(root, 'dvc.yaml'), stage)
  const child = spawn(process.execPath, [program, 'repro'], {
    cwd: root,
    env: { ...process.env, SHELL: '/bin/sh', TIDEMILL_HOME: '' },
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  while (!existsSync(join(root, 'begun'))) await delay(20)
  const shell = Number(readFileSync(join(root, 'begun'), 'utf8'))
  const ended = once(child, 'exit')
  await pressCtrlC(child)
  assert.deepEqual(await ended, [2, null])
  assert.match(said, /The run was cancelled at s\./)
  assert.throws(() => process.kill(shell, 0), 'the stage is gone')
})

test('Ctrl-C that reaches a server twice stops it as it should be stopped', async (t) => {
  const home = join(await temporaryFolder(t), 'home')
  const child = spawn(process.execPath, [program, 'server', '--home', home, '--port', '0'])
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('is ready')) resolve()
    })
  })
  const ended = once(child, 'exit')
  await pressCtrlC(child)
  assert.deepEqual(await ended, [0, null])
})
