// What `npm run …` does. Any Node from 18 on can start it; it installs the packages when they are missing or out of date, then
// works under the Node that was installed with them.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileCacheFolder } from '../bin/compile-cache.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const bin = join(modules, '.bin')
const env = {
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
  // The package's install script downloads parts for graphics cards, which are not needed.
  ONNXRUNTIME_NODE_INSTALL: 'skip',
}

const unit = ['--test', '--test-isolation=none', '--test-reporter=spec', '--test-force-exit']

// Where a test talks to other processes, or its words come only when many have ended, none may wait for ever on one that hangs.
const patient = [...unit, '--test-timeout=600000']

/**
 * How many test files a process has. To start another process costs one the more the larger it is: 1 ms of processor time with 50 MB,
 * 20 ms with the 800 MB that half of all files came to.
 */
const filesAtOnce = 16

const tasks = {
  demo: (args) => {
    buildIfStale()
    run(join(root, 'bin/tidemill.js'), ['demo', ...args])
  },
  test: async (args) => {
    prepareTests()
    if (args.length > 0) return run('node', [...unit, ...args])
    await runInTurns(patient, filesBelow('test', '.test.ts'))
    run('vitest', ['run', '--config', 'web/vite.config.ts'])
  },
  'test:peers': (args) => {
    prepareTests()
    run('node', [...patient, ...(args.length > 0 ? args : ['test/**/*.peer.ts'])])
  },
  'test:browser': (args) => {
    prepareTests()
    run('node', [...unit, ...(args.length > 0 ? args : ['test/**/*.browser.ts'])])
  },
  'test:package': (args) =>
    run('node', [...unit, ...(args.length > 0 ? args : ['test/**/*.package.ts'])]),
  'test:long': (args) => {
    prepareTests()
    run('node', [...patient, ...(args.length > 0 ? args : ['test/**/*.long.ts'])])
  },
  bench: (args) => {
    buildIfStale()
    run('node', ['bench/main.ts', ...args])
  },
  check: () => {
    run('tsc', ['--noEmit'])
    run('tsc', ['--noEmit', '-p', 'web'])
    run('oxlint', ['--type-aware', 'src', 'test', 'bench', 'web', 'scripts', 'bin'])
    run('oxfmt', ['--check', 'src', 'test', 'bench', 'web', 'scripts', 'bin', 'architecture.mjs'])
    run('node', ['scripts/walls.mjs'])
    run('knip', ['--no-progress'])
    run('node', ['scripts/dependency-page.mjs'])
  },
  build: () => run('node', ['scripts/build.mjs']),
}

const [task, ...args] = process.argv.slice(2)
if (!tasks[task]) fail(`There is no task "${task}"; there are ${Object.keys(tasks).join(', ')}.`)
install()
await tasks[task](args)

function install() {
  const lock = readFileSync(join(root, 'package-lock.json'))
  const want = createHash('sha256').update(lock).digest('hex')
  const stamp = join(modules, '.tidemill-installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === want) return
  const begin = Date.now()
  say('Installing packages (once; under two minutes) …')
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, want)
  say(`Installed in ${((Date.now() - begin) / 1000).toFixed(0)} s.`)
}

function buildIfStale() {
  run('node', ['scripts/build-web.mjs', '--if-stale'])
  run('node', ['scripts/bundle-packages.mjs'])
}

/** Tests start processes by the hundred, of which each would strip the types of all it loads. */
function prepareTests() {
  buildIfStale()
  const folder = compileCacheFolder()
  if (folder !== undefined) env.NODE_COMPILE_CACHE ??= folder
}

function run(command, args) {
  const done = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' })
  if (done.error) fail(`${command} could not be started: ${done.error.message}`)
  if (done.signal) process.kill(process.pid, done.signal)
  if (done.status !== 0) process.exit(done.status ?? 1)
}

function filesBelow(folder, ending) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) return filesBelow(path, ending)
      return path.endsWith(ending) ? [path] : []
    })
    .sort((a, b) => (a < b ? -1 : 1))
}

/**
 * Some files after the others, each lot in a process of its own and two at a time: most tests wait for other processes. What a lot says
 * comes when it has ended, with how many have, and that of those that failed at the end of all. The files are named and not left to
 * `--test-shard`, which the programs that tests fork would inherit.
 */
async function runInTurns(options, files) {
  const lots = Array.from({ length: Math.ceil(files.length / filesAtOnce) }, (_, at) =>
    files.slice(at * filesAtOnce, (at + 1) * filesAtOnce),
  )
  const all = lots.length
  let ended = 0
  const failed = []
  const turns = async () => {
    for (let own = lots.shift(); own !== undefined; own = lots.shift()) {
      const { said, passed } = await runApart('node', [...options, ...own])
      if (passed) process.stdout.write(said)
      else failed.push(said)
      ended += 1
      say(`${ended} of ${all} lots of test files have ended${passed ? '' : '; this one failed'}.`)
    }
  }
  await Promise.all([turns(), turns()])
  for (const said of failed) process.stdout.write(said)
  if (failed.length > 0) process.exit(1)
}

function runApart(command, args) {
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk))
  return new Promise((ended, failed) => {
    child.on('error', failed)
    child.on('close', (status) => ended({ said: Buffer.concat(said), passed: status === 0 }))
  })
}

function say(text) {
  process.stderr.write(`${text}\n`)
}

function fail(text) {
  say(text)
  process.exit(2)
}
