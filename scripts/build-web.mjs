// Builds the interface into dist/web. With --if-stale, only when a source is newer than the last build.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const output = 'dist/web/index.html'
const sources = ['web', 'src/contract']

if (process.argv.includes('--if-stale') && existsSync(output)) {
  const built = statSync(output).mtimeMs
  if (!sources.some((folder) => newerThan(built, folder))) process.exit(0)
}
process.stderr.write('Building the interface …\n')
const done = spawnSync('vite', ['build', '--config', 'web/vite.config.ts', '--logLevel', 'warn'], {
  stdio: 'inherit',
})
if (done.error) process.stderr.write(`${done.error.message}: run it by npm run build\n`)
process.exit(done.status ?? 1)

function newerThan(time, folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).some(
    (entry) => entry.isFile() && statSync(join(entry.parentPath, entry.name)).mtimeMs > time,
  )
}
