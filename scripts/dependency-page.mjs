// Holds docs/dependencies.md equal to package.json: every dependency has its line, and no line is left over.
import { readFileSync } from 'node:fs'

const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
  readFileSync('package.json', 'utf8'),
)
const used = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
const page = readFileSync('docs/dependencies.md', 'utf8')
const listed = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1])

const missing = used.filter((name) => !listed.includes(name))
const left = listed.filter((name) => !used.includes(name))
for (const name of missing) process.stderr.write(`docs/dependencies.md has no line for ${name}\n`)
for (const name of left)
  process.stderr.write(`docs/dependencies.md names ${name}, which is not used\n`)
process.exit(missing.length + left.length > 0 ? 1 : 0)
