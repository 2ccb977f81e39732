import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
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

const start = `import { useBundledPackages } from '../bin/bundled-packages.js'
useBundledPackages()
const { sql } = await import('kysely')
console.log(typeof sql)
`

test('two builds at once both end well; a folder that lacks a file is not used, and made anew', async (t) => {
  const copy = await temporaryFolder(t)
  for (const name of ['package.json', 'bin', 'scripts/bundle-packages.mjs'])
    cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  mkdirSync(join(copy, 'src'))
  writeFileSync(join(copy, 'src/start.mjs'), start)
  const all = join(copy, 'dist/bundled')
  const name = basename(fileURLToPath(bundleFolder()))
  const run = (script: string) => promisify(execFile)(process.execPath, [script], { cwd: copy })
  const build = () => run('scripts/bundle-packages.mjs')
  const isThere = () => {
    assert.deepEqual(readdirSync(all), [name])
    const files = readdirSync(join(all, name), { recursive: true, encoding: 'utf8' })
    for (const file of manyFiles) assert.ok(files.includes(`${file}.js`), file)
  }
  mkdirSync(join(all, 'kysely@0.1.0'), { recursive: true })
  await Promise.all([build(), build()])
  isThere()
  rmSync(join(all, name, 'kysely.js'))
  assert.equal((await run('src/start.mjs')).stdout, 'function\n')
  await Promise.all([build(), build()])
  isThere()
})
