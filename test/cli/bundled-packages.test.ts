import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bundleFolder, manyFiles } from '../../bin/bundled-packages.js'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tidemill } from '../support/tidemill.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

const script = `import { registerHooks } from 'node:module'
import { whose } from 'kysely'
const loaded: string[] = []
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
const { connect } = await import('tidemill')
await connect()
console.log(JSON.stringify({ whose, loaded: loaded.filter((url) => url.includes('/kysely')) }))
`

test('our own code loads a package of hundreds of files as one, with every word it has, and a script of the user’s loads its own', async (t) => {
  execFileSync(process.execPath, ['scripts/bundle-packages.mjs'], { cwd: root })
  for (const name of manyFiles) {
    const bundled = Object.keys(await import(new URL(`${name}.js`, bundleFolder()).href))
    assert.deepEqual(bundled.toSorted(), Object.keys(await import(name)).toSorted(), name)
  }
  const dir = await temporaryFolder(t)
  const own = join(dir, 'node_modules/kysely')
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'package.json'), '{"type": "module", "exports": "./index.js"}')
  writeFileSync(join(own, 'index.js'), "export const whose = 'the user’s'\n")
  writeFileSync(join(dir, 'script.ts'), script)
  const { stdout, stderr } = await tidemill(['exec', 'script.ts'], dir)
  assert.notEqual(stdout, '', stderr)
  assert.deepEqual(JSON.parse(stdout), {
    whose: 'the user’s',
    loaded: [new URL('kysely.js', bundleFolder()).href],
  })
})
