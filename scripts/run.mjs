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

// Where a test talks to other processes, none may wait for ever on one that hangs.
const patient = [...unit, '--test-timeout=600000']

/** Seconds of processor time of the dearest test files, their processes included. A file that is not named takes about two. */
const dearest = {
  'test/app/loop.test.ts': 100,
  'test/cli/cli.test.ts': 32,
  'test/cli/workflow.test.ts': 25,
  'test/cli/train.test.ts': 19,
  'test/cli/data-commands.test.ts': 17,
  'test/app/attribution/attribute.test.ts': 15,
  'test/pipeline/run/crash.test.ts': 15,
  'test/cli/experiment-runs.test.ts': 14,
  'test/cli/pipeline-commands.test.ts': 14,
  'test/cli/workflow-of-clone.test.ts': 14,
  'test/app/client.test.ts': 12,
  'test/pipeline/experiments/queue.test.ts': 10,
  'test/pipeline/experiments/exp-flags.test.ts': 10,
}

const tasks = {
  demo: (args) => {
    buildIfStale()
    run(join(root, 'bin/tidemill.js'), ['demo', ...args])
  },
  test: async (args) => {
    prepareTests()
    if (args.length > 0) return run('node', [...unit, ...args])
    await runHalves(unit, filesBelow('test', '.test.ts'))
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
    .sort()
}

/** Two lists that take as long as each other: the dearest files first, each to the one that has less. */
function halvesOf(files) {
  const cost = (file) => dearest[file] ?? 2
  const halves = [0, 1].map(() => ({ cost: 0, files: [] }))
  for (const file of [...files].sort((a, b) => cost(b) - cost(a))) {
    const half = halves[0].cost <= halves[1].cost ? halves[0] : halves[1]
    half.files.push(file)
    half.cost += cost(file)
  }
  return halves.map((half) => files.filter((file) => half.files.includes(file)))
}

/**
 * Half of the files in a process of its own beside the rest: most tests wait for other processes. What it says comes after the
 * first's. The files are named and not left to `--test-shard`, which the programs that tests fork would inherit.
 */
async function runHalves(options, files) {
  const halves = halvesOf(files).map((own, half) => {
    const child = spawn('node', [...options, ...own], {
      cwd: root,
      env,
      stdio: ['ignore', half === 0 ? 'inherit' : 'pipe', half === 0 ? 'inherit' : 'pipe'],
    })
    const said = []
    child.stdout?.on('data', (chunk) => said.push(chunk))
    child.stderr?.on('data', (chunk) => said.push(chunk))
    return new Promise((ended, failed) => {
      child.on('error', failed)
      child.on('close', (status, signal) => ended({ said, passed: status === 0 && !signal }))
    })
  })
  const ends = await Promise.all(halves)
  for (const { said } of ends) process.stdout.write(Buffer.concat(said))
  if (ends.some(({ passed }) => !passed)) process.exit(1)
}

function say(text) {
  process.stderr.write(`${text}\n`)
}

function fail(text) {
  say(text)
  process.exit(2)
}
