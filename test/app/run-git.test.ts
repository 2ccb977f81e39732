import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { temporaryFolder } from '../support/temporary-folder.ts'

test(
  'Git runs within bounds of memory also where programs are held to less already',
  { skip: process.platform === 'linux' ? false : 'the system holds no program to its memory' },
  async (t) => {
    const folder = await temporaryFolder(t)
    const module = new URL('../../src/app/run-git.ts', import.meta.url).href
    const probe = `
      import { runGit } from ${JSON.stringify(module)}
      const said = await runGit(${JSON.stringify(folder)}, ['version'], { mostMemoryBytes: 1.5 * 2 ** 30 })
      process.stdout.write(said)
    `
    const held = 'ulimit -d 1048576; exec "$0" --input-type=module -e "$1"'
    const said = execFileSync('sh', ['-c', held, process.execPath, probe], { encoding: 'utf8' })
    assert.match(said, /^git version/)
  },
)
