// Builds the copy that is published: Node does not strip types under node_modules, and the built copy needs a map of doors of its own.
import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

rmSync('dist', { recursive: true, force: true })
run('tsc', ['-p', 'tsconfig.build.json'])
for (const entry of readdirSync('src', { withFileTypes: true, recursive: true })) {
  if (!entry.isFile() || entry.name.endsWith('.ts')) continue
  const from = join(entry.parentPath, entry.name)
  cpSync(from, from.replace(/^src/, 'dist'))
}
const { imports } = JSON.parse(readFileSync('package.json', 'utf8'))
const doors = Object.fromEntries(
  Object.entries(imports).map(([door, file]) => [
    door,
    file.replace('./src/', './').replace(/\.ts$/, '.js'),
  ]),
)
writeFileSync(
  'dist/package.json',
  `${JSON.stringify({ type: 'module', imports: doors }, null, 2)}\n`,
)
run('node', ['scripts/build-web.mjs'])
run('node', ['scripts/bundle-packages.mjs'])

function run(command, args) {
  const done = spawnSync(command, args, { stdio: 'inherit' })
  if (done.status !== 0) process.exit(done.status ?? 1)
}
