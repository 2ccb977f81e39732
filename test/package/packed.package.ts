import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startServer } from '#app'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { olderNode } from './support/older-node.ts'
import { run, type Ended } from './support/run.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const mostBytes = 5e6

test('the package, built, packed and installed into an empty folder', async (t) => {
  const folder = await temporaryFolder(t)
  const built = await run('npm', ['pack', '--pack-destination', folder], root)
  assert.equal(built.code, 0, built.stderr)
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? ''

  await t.test('is smaller than 5 MB', async () => {
    const { size } = await stat(join(folder, tarball))
    assert.ok(size < mostBytes, `${size} bytes`)
  })

  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "commonjs" }\n')
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  const installed = await run('npm', ['install', ...flags, `./${tarball}`], folder)
  assert.equal(installed.code, 0, installed.stderr)
  const own = join(folder, 'node_modules/tidemill')
  const command = join(folder, 'node_modules/.bin/tidemill')
  const project = join(folder, 'project')
  const tidemill = async (...args: readonly string[]): Promise<Ended> => {
    const ended = await run(command, args, existsSync(project) ? project : folder)
    assert.equal(ended.code, 0, `tidemill ${args.join(' ')}: ${ended.stderr}${ended.stdout}`)
    return ended
  }

  await t.test('holds no TypeScript to run, and every door opens on a built file', async () => {
    const names = await readdir(own, { recursive: true })
    assert.deepEqual(
      names.filter((name) => /^(src|test|web|bench)\//.test(name)),
      [],
    )
    const { imports } = JSON.parse(await readFile(join(own, 'dist/package.json'), 'utf8')) as {
      imports: Record<string, string>
    }
    const source = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      imports: object
    }
    assert.deepEqual(Object.keys(imports), Object.keys(source.imports))
    for (const [door, file] of Object.entries(imports))
      assert.ok(existsSync(join(own, 'dist', file)), `${door} is ${file}`)
  })

  await t.test('makes a project and takes its model from the data to an answer', async () => {
    await tidemill('init', '--template', 'diabetes', 'project')
    await tidemill('apply', '--yes')
    await tidemill('repro')
    await tidemill('models', 'promote-best')
    const row = {
      Pregnancies: 6,
      Glucose: 148,
      'Blood Pressure': 72,
      'Skin Thickness': 35,
      Insulin: null,
      BMI: 33.6,
      'Diabetes Pedigree Function': 0.627,
      Age: 50,
    }
    await writeFile(join(project, 'rows.json'), JSON.stringify([row]))
    const { stdout } = await tidemill('predict', 'diabetes', '--file', 'rows.json', '--json')
    assert.match(stdout, /diabetic|healthy/)
  })

  await t.test('goes once round the loop', async () => {
    const { stdout } = await tidemill('demo', '--once', '--json', '--dir', join(folder, 'demo'))
    const { story } = JSON.parse(stdout) as { story: readonly string[] }
    assert.match(story.at(-1) ?? '', /took the place of 1.* 0 failed/)
  })

  await t.test(
    'is a typed client of a server, in a program that Node strips the types of',
    async () => {
      const server = await startServer({
        ...{ home: join(folder, 'served'), host: '127.0.0.1', port: 0, logLevel: 'silent' },
      })
      try {
        const program = join(folder, 'program.mts')
        await writeFile(
          program,
          `import { connect, operations, type LiveRun } from 'tidemill'
const client = await connect({ url: ${JSON.stringify(server.url)}, strict: true })
const run: LiveRun = await client.startRun({ experiment: 'packed', params: { lr: 0.1 } })
for (let step: number = 0; step < 10; step++) run.logMetrics({ loss: 1 / (step + 1) }, step)
await run.end()
const { runs } = await client.call(operations.runs.search, { experiment: 'packed' })
const names: readonly string[] = runs.map((each) => each.status)
// @ts-expect-error what the operation answers has no such field
void runs[0]?.nonsense
console.log(names.join())
`,
        )
        const ran = await run(process.execPath, [program], folder)
        assert.deepEqual([ran.code, ran.stdout.trim()], [0, 'finished'], ran.stderr)
        const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'esnext']
        const checked = await run(
          join(root, 'node_modules/.bin/tsc'),
          [...options, '--types', '', '--skipLibCheck', program],
          folder,
        )
        assert.equal(checked.code, 0, checked.stdout)
      } finally {
        await server.stop()
      }
    },
  )

  const older = olderNode()
  await t.test(
    'started by an older Node, runs under the one installed beside it',
    { skip: older === undefined && 'no Node from 18 to 23 is on the PATH' },
    async () => {
      const script = join(folder, 'version.ts')
      await writeFile(script, 'const version: string = process.version\nconsole.log(version)\n')
      const start = (...args: readonly string[]): Promise<Ended> =>
        run(older ?? '', [join(own, 'bin/tidemill.js'), ...args], folder)
      const { stdout, code } = await start('exec', script)
      assert.equal(code, 0)
      assert.match(stdout, /^v24\./)
      assert.equal((await start('no-such-command')).code, 2, 'the exit code is handed on')
    },
  )
})
