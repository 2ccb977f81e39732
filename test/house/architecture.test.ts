import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { moduleFloor, rooms } from '../../architecture.mjs'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

test('the room table of ARCHITECTURE.md is architecture.mjs', async () => {
  const page = await readFile(new URL('../../ARCHITECTURE.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)` \|[^|]*\|([^|]*)\|$/gm)]
  const written = Object.fromEntries(rows.map(([, room, allowed]) => [room, allowed?.trim() ?? '']))
  const expected = Object.fromEntries(
    Object.entries(rooms).map(([room, allowed]) => [
      room,
      room === 'app' ? 'everything' : allowed.length === 0 ? '—' : allowed.join(', '),
    ]),
  )
  assert.deepEqual(written, expected)
})

test('every room has a door and every door a room', async () => {
  const manifest = JSON.parse(await readFile(`${root}/package.json`, 'utf8')) as {
    imports: Record<string, string>
  }
  const folders = (await readdir(`${root}/src`)).toSorted()
  assert.deepEqual(
    folders,
    Object.keys(rooms)
      .filter((room) => room !== 'web')
      .toSorted(),
  )
  for (const file of Object.values(manifest.imports)) assert.ok(existsSync(`${root}/${file}`), file)
})

test('the type checker is TypeScript 7, and the import rules have 6 to read with', async () => {
  const { stdout } = await run(`${root}/node_modules/.bin/tsc`, ['--version'])
  assert.match(stdout, /^Version 7\./)
  const typescript = JSON.parse(
    await readFile(`${root}/node_modules/typescript/package.json`, 'utf8'),
  ) as { version: string }
  assert.match(typescript.version, /^6\./)
})

test('each kind of breach of the walls is caught, type-only ones too', async () => {
  const folder = `${root}/src/evaluation/breach-of-a-test`
  const breaches = {
    'past-a-door.ts': `import { meanOf } from '../../table/column.ts'\nexport const a = meanOf\n`,
    'not-in-its-row.ts': `import type { Metadata } from '#store'\nexport type A = Metadata\n`,
    'cycle-a.ts': `import type { B } from './cycle-b.ts'\nexport type A = B\n`,
    'cycle-b.ts': `import type { A } from './cycle-a.ts'\nexport type B = A\n`,
    'unresolved.ts': `import { x } from '#nowhere'\nexport const y = x\n`,
  }
  await mkdir(folder, { recursive: true })
  try {
    for (const [name, text] of Object.entries(breaches)) await writeFile(`${folder}/${name}`, text)
    const failed = (await run(
      'node',
      ['scripts/walls.mjs', 'src/evaluation', 'src/table', 'src/store'],
      {
        cwd: root,
        env: { ...process.env, PATH: `${root}/node_modules/.bin:${process.env.PATH}` },
      },
    ).catch((error: unknown) => error)) as { code?: number; stderr: string }
    assert.equal(failed.code, 1)
    for (const name of ['past-a-door', 'not-in-its-row', 'cycle-a', 'unresolved']) {
      assert.match(failed.stderr, new RegExp(`${name}\\.ts`), name)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a cruise that sees too few modules fails', async () => {
  assert.ok(moduleFloor >= 60)
  const failed = (await run('node', ['scripts/walls.mjs', 'src/contract'], {
    cwd: root,
    env: {
      ...process.env,
      PATH: `${root}/node_modules/.bin:${process.env.PATH}`,
      TIDEMILL_MODULE_FLOOR: '100000',
    },
  }).catch((error: unknown) => error)) as { code?: number; stderr: string }
  assert.equal(failed.code, 1)
  assert.match(failed.stderr, /modules were seen/)
})
