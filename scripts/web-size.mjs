// What a browser loads before the first page stands: the page, its script with all that it imports at once, its styles, and
// the loop page. Prints the sizes as they travel (gzip) and fails above the limit.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const limit = 300_000
const root = process.argv[2] ?? 'dist/web'
const page = readFileSync(join(root, 'index.html'), 'utf8')

const entries = [...page.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css|svg))"/g)].map(
  ([, path]) => path,
)
const script = entries.find((path) => /assets\/index-.*\.js$/.test(path))
if (script === undefined)
  throw new Error(`${root}/index.html has no script; build the interface first`)

// The first page is the loop: its part is loaded at once after the frame.
const loop = importsOf(script).find((path) => /loop-page-.*\.js$/.test(path))
const styles = [
  ...readFileSync(join(root, script), 'utf8').matchAll(/assets\/loop-page-[^"']+\.css/g),
]
const files = new Set(['index.html', ...entries, ...styles.map(([path]) => path)])
for (const path of [script, loop]) if (path !== undefined) addWithStaticImports(path)

let total = 0
for (const path of [...files].toSorted((a, b) => a.localeCompare(b))) {
  const size = gzipSync(readFileSync(join(root, path)), { level: 6 }).length
  total += size
  process.stdout.write(`${String(size).padStart(9)}  ${path}\n`)
}
process.stdout.write(`${String(total).padStart(9)}  first load, gzip (limit ${limit})\n`)
process.exit(total < limit ? 0 : 1)

function addWithStaticImports(path) {
  files.add(path)
  const text = readFileSync(join(root, path), 'utf8')
  const imports = text.matchAll(
    /(?:import|export)[^"'`;()]*?from\s*["'`]\.\/([^"'`]+\.js)["'`]|import\s*["'`]\.\/([^"'`]+\.js)["'`]/g,
  )
  for (const [, named, bare] of imports) {
    const next = `assets/${named ?? bare}`
    if (!files.has(next)) addWithStaticImports(next)
  }
}

/** All files that a script names, loaded at once or later. */
function importsOf(path) {
  const text = readFileSync(join(root, path), 'utf8')
  return [...text.matchAll(/["'`]\.\/([^"'`]+\.js)["'`]/g)].map(([, name]) => `assets/${name}`)
}
